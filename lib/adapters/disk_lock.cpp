#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

class HeldLock : public ports::FileLock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;  // closing it gives the lock back
};

bool stillNamed(const Descriptor& file, const Place& place) {
  struct stat held {};
  struct stat named {};
  return fstat(file.number(), &held) == 0 &&
         fstatat(place.folder.number(), place.name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

std::unique_ptr<ports::FileLock> DiskFiles::lock(const std::string& path) {
  while (true) {
    const Place place = placeOf(path);
    Descriptor file = openAt(place, O_RDWR | O_CREAT, 0600);
    while (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return nullptr;
      if (errno != EINTR) throw trouble("can't lock " + path, errno);
    }
    // Somebody may have removed or replaced the file between opening and locking: then this lock
    // is on a file that nobody else will ever find.
    if (stillNamed(file, place)) return std::make_unique<HeldLock>(std::move(file));
  }
}

}  // namespace adapters
