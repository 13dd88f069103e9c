#include "lib/backup/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"

namespace backup {
namespace {

/// Hashes and counts what passes through.
class HashingSource : public core::Source {
 public:
  HashingSource(core::Source& inner, const core::Cancellation& cancellation)
      : inner_(inner), cancellation_(cancellation) {}

  std::size_t read(std::span<char> block) override {
    cancellation_.check();
    const std::size_t got = inner_.read(block);
    hash_.add({block.data(), got});
    bytes_ += got;
    return got;
  }
  /// Reads what is left, so that the digest is of the whole file although its content made no
  /// sense.
  void drain() {
    std::vector<char> block(core::kBlockBytes);
    while (read(block) > 0) {
    }
  }
  std::uint64_t bytes() const { return bytes_; }
  std::string hex() { return hash_.hex(); }

 private:
  core::Source& inner_;
  const core::Cancellation& cancellation_;
  core::Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

class Inspector {
 public:
  Inspector(ports::World& world, const std::string& folder, const std::string& dump,
            core::Progress& progress)
      : world_(world),
        folder_(folder),
        prefix_(dump.empty() ? "" : dump + "/"),
        progress_(progress) {}

  Reading run(int jobs) {
    list("");
    readToc();
    readAll(jobs);
    for (const auto& [path, member] : members_) {
      reading_.missing.emplace_back();
      reading_.missing.back().path = path;
      reading_.missing.back().member = member;
    }
    std::sort(reading_.files.begin(), reading_.files.end(),
              [](const FileReading& a, const FileReading& b) { return a.path < b.path; });
    return std::move(reading_);
  }

 private:
  std::string tocPath() const { return prefix_ + "toc.dat"; }

  void list(const std::string& below) {
    const std::string folder = below.empty() ? folder_ : folder_ + "/" + below;
    for (const ports::FileInfo& entry : world_.files.list(folder)) {
      const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
      if (entry.type == ports::FileType::folder && path + "/" == prefix_) {
        list(path);
      } else if (entry.type == ports::FileType::file) {
        FileReading file;
        file.path = path;
        file.bytes = entry.bytes;
        total_ += entry.bytes;
        there_.insert(path);
        reading_.files.push_back(std::move(file));
      } else {
        reading_.not_files.push_back(path);
      }
    }
  }

  /// The table of contents and the lists of large objects say what the other files are.
  void readToc() {
    try {
      const auto source = world_.files.open(folder_ + "/" + tocPath());
      reading_.toc = dump::readToc(*source, tocPath());
      for (dump::Member& member : dump::members(*reading_.toc, tocPath())) add(std::move(member));
      addLargeObjects();
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::not_found) {
        reading_.toc_damage = tocPath() + " is missing";
        return;
      }
      reading_.toc_undetermined = error.kind() == core::Kind::undetermined;
      if (error.kind() != core::Kind::corrupt && !reading_.toc_undetermined) throw;
      reading_.toc_damage = error.what();
    }
  }

  /// As pg_restore looks for them: NAME, and NAME.gz where that is not there.
  void add(dump::Member member) {
    if (!isThere(member.file) && isThere(member.file + ".gz")) member.file += ".gz";
    members_.emplace(prefix_ + member.file, std::move(member));
  }

  bool isThere(const std::string& name) const { return there_.contains(prefix_ + name); }

  void addLargeObjects() {
    std::vector<std::string> lists;
    for (const auto& [path, member] : members_) {
      if (member.kind == dump::MemberKind::large_object_list) lists.push_back(path);
    }
    for (const std::string& path : lists) {
      if (!world_.files.info(folder_ + "/" + path)) continue;  // reported as missing
      const auto source = world_.files.open(folder_ + "/" + path);
      for (dump::Member& member : dump::largeObjects(*source, path, reading_.toc->compression)) {
        add(std::move(member));
      }
    }
  }

  void readAll(int jobs) {
    for (FileReading& file : reading_.files) {
      if (const auto found = members_.find(file.path); found != members_.end()) {
        file.member = found->second;
        members_.erase(found);
      }
    }
    std::sort(reading_.files.begin(), reading_.files.end(),
              [](const FileReading& a, const FileReading& b) { return a.bytes > b.bytes; });
    std::vector<std::thread> threads;
    for (int i = 0; i < jobs; ++i) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
  }

  void work() {
    try {
      for (std::size_t at = next_++; at < reading_.files.size(); at = next_++) {
        read(reading_.files[at]);
        const std::lock_guard lock(mutex_);
        done_ += reading_.files[at].bytes;
        progress_.at("reading " + reading_.files[at].path, done_, total_);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = reading_.files.size();
    }
  }

  void read(FileReading& file) {
    const auto source = world_.files.open(folder_ + "/" + file.path);
    HashingSource hashing(*source, world_.cancellation);
    if (file.member) {
      try {
        file.facts = dump::readMember(hashing, *file.member);
      } catch (const core::Error& error) {
        if (error.kind() == core::Kind::corrupt) {
          file.damage = error.what();
        } else if (error.kind() == core::Kind::undetermined) {
          file.undetermined = error.what();
        } else {
          throw;
        }
      }
    }
    hashing.drain();
    file.bytes = hashing.bytes();
    file.sha256 = hashing.hex();
  }

  ports::World& world_;
  std::string folder_;
  std::string prefix_;
  core::Progress& progress_;
  Reading reading_;
  std::set<std::string> there_;                  // paths of files
  std::map<std::string, dump::Member> members_;  // by path; what is left has no file
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace

const FileReading* Reading::file(const std::string& path) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const FileReading& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Reading inspect(ports::World& world, const std::string& folder, const std::string& dump, int jobs,
                core::Progress& progress) {
  return Inspector(world, folder, dump, progress).run(jobs);
}

}  // namespace backup
