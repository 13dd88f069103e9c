#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_entries.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr std::size_t kTextLimit = 16 << 20;

}  // namespace

std::optional<ports::FileInfo> DiskFiles::info(const std::string& path) {
  struct stat seen {};
  if (lstat(path.c_str(), &seen) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw trouble("can't look at " + path, errno);
  }
  return describe(core::split(path, '/').back(), seen);
}

std::vector<ports::FileInfo> DiskFiles::list(const std::string& folder) {
  Descriptor opened = folder == "/" ? Descriptor(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
                                    : openAt(placeOf(folder), O_RDONLY | O_DIRECTORY);
  return entriesOf(std::move(opened), folder);
}

std::string DiskFiles::read(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) throw trouble("can't read " + path, errno);
  const auto source = sourceOf(std::move(file), path);
  std::string text;
  std::vector<char> block(65536);
  while (const std::size_t got = source->read(block)) {
    text.append(block.data(), got);
    if (text.size() > kTextLimit) {
      throw core::Error(core::Kind::unexpected,
                        fmt::format("{} is over {}", path, core::formatBytes(kTextLimit)));
    }
  }
  return text;
}

std::unique_ptr<core::Source> DiskFiles::open(const std::string& path) {
  if (path == "/dev/stdin") {
    return streamOf(Descriptor(fcntl(0, F_DUPFD_CLOEXEC, 3)), "standard input");
  }
  return sourceOf(openAt(placeOf(path), O_RDONLY), path);
}

std::string DiskFiles::linkTarget(const std::string& path) {
  return targetOf(AT_FDCWD, path, path);
}

std::optional<std::string> DiskFiles::resolve(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  if (real) return std::string(real.get());
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw trouble("can't resolve " + path, errno);
}

std::uint64_t DiskFiles::freeBytes(const std::string& folder) {
  struct statvfs seen {};
  if (statvfs(folder.c_str(), &seen) != 0) throw trouble("can't look at " + folder, errno);
  return static_cast<std::uint64_t>(seen.f_bavail) * seen.f_frsize;
}

bool DiskFiles::may(const std::string& path, char right) {
  const int mode = right == 'r' ? R_OK : right == 'w' ? W_OK : X_OK;
  if (faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0) return true;
  if (errno == EACCES || errno == EPERM || errno == EROFS || errno == ETXTBSY) return false;
  throw trouble("can't look at " + path, errno);
}

}  // namespace adapters
