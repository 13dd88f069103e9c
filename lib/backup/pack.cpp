#include "lib/backup/pack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/dump/gzip.hpp"

namespace backup {
namespace {

constexpr std::uint64_t kSmall = 64ULL * 1024;
constexpr std::uint64_t kStep = 4ULL * 1024 * 1024;  // of what grows, one gzip member
constexpr std::uint64_t kGiveBack = 64ULL * 1024 * 1024;
constexpr auto kPause = std::chrono::milliseconds(20);

bool isMember(const ports::FileInfo& file) {
  return file.type == ports::FileType::file && file.name.ends_with(".dat") &&
         file.name != "toc.dat" && file.bytes >= kSmall;
}

/// Whether that works, as `account`.
bool works(ports::World& world, std::vector<std::string> argv, const std::string& account) {
  ports::Command command;
  command.argv = std::move(argv);
  command.user = account;
  try {
    return world.shell.run(command).ok();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return false;
  }
}

std::vector<std::string> punchLine(std::uint64_t bytes, const std::string& path) {
  return {"fallocate", "--punch-hole", "--offset=0", fmt::format("--length={}", bytes), path};
}

}  // namespace

struct Packer::Growing {
  std::string path;
  std::unique_ptr<core::Source> raw;
  std::unique_ptr<ports::FileSink> packed;
  std::unique_ptr<dump::GzipSink> gzip;
  std::uint64_t taken = 0;
  std::uint64_t given_back = 0;
};

Packer::Packer(ports::World& world, std::string folder, std::string account,
               core::Progress& progress)
    : world_(world),
      folder_(std::move(folder)),
      account_(std::move(account)),
      progress_(progress),
      block_(core::kBlockBytes) {}

Packer::~Packer() = default;

void Packer::follow(const std::atomic<bool>& writing) {
  while (true) {
    const bool whole = !writing;  // asked before looking: what is there now is all there is
    bool some = false;
    for (const ports::FileInfo& file : world_.files.list(folder_)) {
      if (isMember(file)) some |= take(file, whole);
    }
    if (whole) return;
    if (!some) world_.clock.sleep(kPause);
  }
}

bool Packer::take(const ports::FileInfo& file, bool whole) {
  Growing& member = growing_[file.name];
  if (!whole && file.bytes - member.taken < kStep) return false;
  if (!member.raw) {
    member.path = folder_ + "/" + file.name;
    member.raw = world_.files.open(member.path);
    member.packed = world_.files.create(member.path + ".gz", 0600);
    member.gzip = std::make_unique<dump::GzipSink>(*member.packed);
  }
  pack(member, file.bytes - member.taken);
  if (whole) {
    close(member, file.bytes);
  } else if (member.taken - member.given_back >= kGiveBack) {
    giveBack(member);
  }
  return true;
}

void Packer::pack(Growing& member, std::uint64_t bytes) {
  while (bytes > 0) {
    world_.cancellation.check();
    const std::size_t room = std::min<std::uint64_t>(bytes, block_.size());
    const std::size_t got = member.raw->read({block_.data(), room});
    if (got == 0) {
      throw core::Error(core::Kind::unexpected,
                        fmt::format("{} became shorter while it was read", member.path));
    }
    member.gzip->write({block_.data(), got});
    bytes -= got;
    member.taken += got;
    done_ += got;
  }
  member.gzip->finish();
  progress_.at("dumping", done_, 0);
}

/// By a program, since it runs as the account that owns the file: whoever may put a link there must
/// not have more than his own emptied.
void Packer::giveBack(Growing& member) {
  member.given_back = member.taken;
  if (!gives_back_) return;
  gives_back_ = works(world_, punchLine(member.taken, member.path), account_);
}

bool Packer::canGiveBack(ports::World& world, const std::string& folder,
                         const std::string& account) {
  constexpr std::uint64_t kBytes = 65536;
  const std::string path = folder + "/.holes";
  const bool can =
      works(world, {"truncate", fmt::format("--size={}", kBytes), "--", path}, account) &&
      works(world, punchLine(kBytes, path), account);
  if (world.files.info(path)) world.files.remove(path);
  return can;
}

void Packer::close(Growing& member, std::uint64_t bytes) {
  if (member.taken != bytes) {
    throw core::Error(core::Kind::unexpected, fmt::format("{} has {} bytes, and {} were packed",
                                                          member.path, bytes, member.taken));
  }
  member.packed->finish();
  world_.files.remove(member.path);
  growing_.erase(member.path.substr(folder_.size() + 1));
}

}  // namespace backup
