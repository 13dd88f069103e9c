#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "lib/adapters/account.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr std::size_t kTextLimit = 16 << 20;

ports::FileInfo describe(const std::string& name, const struct stat& seen) {
  ports::FileInfo info;
  info.name = name;
  info.type = S_ISREG(seen.st_mode)   ? ports::FileType::file
              : S_ISDIR(seen.st_mode) ? ports::FileType::folder
              : S_ISLNK(seen.st_mode) ? ports::FileType::link
                                      : ports::FileType::other;
  info.bytes = static_cast<std::uint64_t>(seen.st_size);
  info.mode = seen.st_mode & 07777;
  info.owner = seen.st_uid;
  info.group = seen.st_gid;
  info.changed = core::Time(std::chrono::seconds(seen.st_mtim.tv_sec) +
                            std::chrono::microseconds(seen.st_mtim.tv_nsec / 1000));
  info.owner_name = accountName(seen.st_uid);
  return info;
}

void refuseOther(const Descriptor& file, const std::string& path) {
  struct stat seen {};
  if (fstat(file.number(), &seen) != 0) throw trouble("can't look at " + path, errno);
  if (!S_ISREG(seen.st_mode)) {
    throw core::Error(core::Kind::refused, path + " is no plain file", "Name a plain file.");
  }
}

std::size_t readSome(const Descriptor& file, std::span<char> block, const std::string& path) {
  while (true) {
    const ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw trouble("can't read " + path, errno);
  }
}

class FileSource : public core::Source {
 public:
  FileSource(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  std::size_t read(std::span<char> block) override { return readSome(file_, block, path_); }

 private:
  Descriptor file_;
  std::string path_;
};

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
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(opened.number()), closedir);
  if (!entries) throw trouble("can't list " + folder, errno);
  opened.release();
  std::vector<ports::FileInfo> all;
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    struct stat seen {};
    // What went away meanwhile is no longer an entry.
    if (name != "." && name != ".." &&
        fstatat(dirfd(entries.get()), name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) == 0) {
      all.push_back(describe(name, seen));
    }
    errno = 0;
  }
  if (errno != 0) throw trouble("can't list " + folder, errno);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

std::string DiskFiles::read(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) throw trouble("can't read " + path, errno);
  refuseOther(file, path);
  std::string text;
  std::vector<char> block(65536);
  while (const std::size_t got = readSome(file, block, path)) {
    text.append(block.data(), got);
    if (text.size() > kTextLimit) {
      throw core::Error(core::Kind::unexpected,
                        fmt::format("{} is over {}", path, core::formatBytes(kTextLimit)));
    }
  }
  return text;
}

std::unique_ptr<core::Source> DiskFiles::open(const std::string& path) {
  Descriptor file = openAt(placeOf(path), O_RDONLY);
  refuseOther(file, path);
  return std::make_unique<FileSource>(std::move(file), path);
}

std::string DiskFiles::linkTarget(const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t length = readlink(path.c_str(), target.data(), target.size());
  if (length < 0 && errno == EINVAL) {
    throw core::Error(core::Kind::refused, path + " is no link");
  }
  if (length < 0) throw trouble("can't read the link " + path, errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
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
