#include "lib/backup/dump_inside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "lib/backup/tar.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kQuietLimit = 10min;  // without a byte either way

/// "3427.dat.gz", "toc.dat", "blobs.toc": what pg_dump calls its files.
bool isMemberName(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
         });
}

/// Cuts a stream into files of known lengths.
class Cutter : public core::Sink {
 public:
  using Next = std::function<std::unique_ptr<core::Sink>()>;
  Cutter(std::vector<std::uint64_t> lengths, Next next)
      : lengths_(std::move(lengths)), next_(std::move(next)) {
    open();
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      if (!file_) throw core::Error(core::Kind::corrupt, "the dump is longer than its files");
      const auto part =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      file_->write(part);
      left_ -= part.size();
      bytes.remove_prefix(part.size());
      if (left_ == 0) close();
    }
  }

  bool whole() const { return !file_ && at_ == lengths_.size(); }

 private:
  void open() {
    for (; at_ < lengths_.size() && !file_; ++at_) {
      file_ = next_();
      left_ = lengths_[at_];
      if (left_ > 0) continue;
      file_->finish();
      file_.reset();
    }
  }
  void close() {
    file_->finish();
    file_.reset();
    open();
  }

  std::vector<std::uint64_t> lengths_;
  Next next_;
  std::unique_ptr<core::Sink> file_;
  std::size_t at_ = 0;
  std::uint64_t left_ = 0;
};

/// The archive of some files and texts, made while it is read.
class Archive : public core::Source {
 public:
  Archive(ports::Files& files, std::string folder, std::vector<ports::FileInfo> members,
          std::map<std::string, std::string> texts)
      : files_(files),
        folder_(std::move(folder)),
        members_(std::move(members)),
        texts_(std::move(texts)) {}

  std::size_t read(std::span<char> block) override {
    while (given_ == made_.text.size()) {
      if (over_) return 0;
      made_.text.clear();
      given_ = 0;
      proceed();
    }
    const std::size_t part = std::min(block.size(), made_.text.size() - given_);
    std::copy_n(made_.text.data() + given_, part, block.data());
    given_ += part;
    return part;
  }

 private:
  struct Made : core::Sink {
    void write(std::string_view bytes) override { text.append(bytes); }
    std::string text;
  };

  void proceed() {
    if (content_) {
      block_.resize(core::kBlockBytes);
      if (const std::size_t got = content_->read(block_)) return tar_.content({block_.data(), got});
      content_.reset();
    }
    if (at_ < members_.size()) {
      const ports::FileInfo& member = members_[at_++];
      add(member.name, member.bytes);
      content_ = files_.open(folder_ + "/" + member.name);
    } else if (!texts_.empty()) {
      const auto text = texts_.extract(texts_.begin());
      add(text.key(), text.mapped().size());
      tar_.content(text.mapped());
    } else {
      tar_.finish();
      over_ = true;
    }
  }

  void add(const std::string& name, std::uint64_t bytes) {
    TarEntry entry{name, {}, {}};
    entry.info.bytes = bytes;
    entry.info.mode = 0600;
    tar_.add(entry);
  }

  ports::Files& files_;
  std::string folder_;
  std::vector<ports::FileInfo> members_;
  std::map<std::string, std::string> texts_;
  Made made_;
  TarWriter tar_{made_};
  std::unique_ptr<core::Source> content_;
  std::vector<char> block_;
  std::size_t at_ = 0;
  std::size_t given_ = 0;
  bool over_ = false;
};

}  // namespace

DumpInside::DumpInside(database::Database& database, const std::string& id)
    : database_(database),
      world_(database.world()),
      container_(*database.container()),
      id_(id),
      folder_("/tmp/sotctl-" + id) {
  // Removed by this name, which may come from a journal.
  if (isMemberName(id) && id.find("..") == std::string::npos) return;
  throw core::Error(core::Kind::corrupt,
                    fmt::format("no set or run is called {}", core::printable(id)));
}

DumpInside::~DumpInside() {
  try {
    world_.shell.run(container_.command({"rm", "-rf", "--", folder_}));
  } catch (const core::Error&) {
    // Of the container, or of this run's end: what is left goes with the next try or the abort.
  }
}

std::string DumpInside::sessions(const std::string& program) const {
  return "sotctl " + program + " " + id_;
}

void DumpInside::clear() {
  // A program that was begun in a container goes on when the one that began it has ended.
  database_.admin()->execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE "
      "'sotctl pg\\_%' AND application_name LIKE '% ' || $1",
      {id_});
  require(world_.shell.run(container_.command({"rm", "-rf", "--", folder_})), "removing");
}

void DumpInside::make() {
  clear();
  require(world_.shell.run(container_.command({"mkdir", "-m", "700", "--", folder_})), "making");
}

std::vector<DumpInside::Member> DumpInside::list() {
  std::vector<Member> members;
  const std::string said =
      container_.ask({"sh", "-c", "cd \"$1\" && exec stat -c '%s %n' -- *", "sh", folder_});
  for (const std::string& line : core::split(said, '\n')) {
    Member member;
    const char* end = line.data() + line.size();
    const auto read = std::from_chars(line.data(), end, member.bytes);
    if (read.ec == std::errc() && read.ptr != end) member.name = std::string(read.ptr + 1, end);
    if (!isMemberName(member.name)) {
      throw core::Error(core::Kind::corrupt, fmt::format("no file of a dump in the container: {}",
                                                         core::printable(line)));
    }
    members.push_back(std::move(member));
  }
  return members;
}

void DumpInside::fetch(const std::string& folder, core::Progress& progress) {
  const std::vector<Member> members = list();
  std::vector<std::string> words{"sh", "-c", "cd \"$1\" && shift && exec cat -- \"$@\"", "sh",
                                 folder_};
  std::vector<std::uint64_t> lengths;
  for (const Member& each : members) {
    words.push_back(each.name);
    lengths.push_back(each.bytes);
  }
  std::size_t at = 0;
  Cutter cutter(lengths, [&]() -> std::unique_ptr<core::Sink> {
    progress.at("fetching " + members.at(at).name, at, members.size());
    return world_.files.create(folder + "/" + members.at(at++).name, 0600);
  });
  ports::Command command = container_.command(words);
  command.limit = kQuietLimit;
  require(world_.shell.start(command, nullptr, &cutter)->wait(), "reading");
  if (cutter.whole()) return;
  throw core::Error(core::Kind::corrupt,
                    fmt::format("{} in the container ended before its files did", folder_));
}

void DumpInside::send(const std::string& folder, const std::map<std::string, std::string>& others,
                      core::Progress& progress) {
  make();
  progress.say("copying the dump into the container");
  Archive archive(world_.files, folder, world_.files.list(folder), others);
  ports::Command command = container_.command({"tar", "-x", "-f", "-", "-C", folder_}, true);
  command.limit = kQuietLimit;
  require(world_.shell.start(command, &archive, nullptr)->wait(), "writing");
}

void DumpInside::require(const ports::Outcome& outcome, const std::string& deed) const {
  if (outcome.ok()) return;
  throw core::Error(
      core::Kind::unexpected,
      fmt::format("{} {} in the container failed: {}", deed, folder_, outcome.inWords()),
      "Look at the free space of the container's /tmp.");
}

}  // namespace backup
