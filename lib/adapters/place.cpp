#include "lib/adapters/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {

Place placeOf(const std::string& path) {
  std::string_view rest = path;
  while (rest.size() > 1 && rest.ends_with('/')) rest.remove_suffix(1);
  const auto slash = rest.rfind('/');
  Place place;
  if (slash != std::string_view::npos) place.name = rest.substr(slash + 1);
  if (!rest.starts_with('/') || path.find('\0') != std::string::npos || place.name.empty() ||
      place.name == "." || place.name == "..") {
    throw core::Error(
        core::Kind::usage,
        fmt::format("\"{}\" is no absolute path of a file or folder", core::printable(path)));
  }
  const std::string folder(rest.substr(0, std::max<std::size_t>(slash, 1)));
  place.path = path;
  place.folder = Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A folder that may be entered but not read is enough for working in it.
  if (!place.folder.open() && errno == EACCES) {
    place.folder = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  if (!place.folder.open()) throw trouble("can't open folder " + folder, errno);
  return place;
}

Descriptor openAt(const Place& place, int flags, unsigned mode) {
  Descriptor file(::openat(place.folder.number(), place.name.c_str(),
                           flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, mode));
  if (file.open()) return file;
  const int error = errno;
  // With O_DIRECTORY, Linux says "not a directory" for a link, too.
  struct stat seen {};
  if (fstatat(place.folder.number(), place.name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(seen.st_mode)) throw trouble("can't open " + place.path, ELOOP);
    if (error == ENOTDIR || error == EISDIR || error == ENXIO) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("{} is {}", place.path, error == ENOTDIR ? "no folder" : "no plain file"));
    }
  }
  throw trouble("can't open " + place.path, error);
}

void writeAll(const Descriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw trouble("can't write " + path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void syncFile(const Descriptor& file, const std::string& path) {
  if (fsync(file.number()) == 0) return;
  // EBADF: a folder that could only be opened as a place (no right to read it). EINVAL: a file
  // system that has nothing to sync.
  if (errno == EBADF || errno == EINVAL) {
    sync();
    return;
  }
  throw trouble("can't sync " + path, errno);
}

}  // namespace adapters
