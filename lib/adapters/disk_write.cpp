#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

void refuseOther(const Place& place) {
  struct stat seen {};
  if (fstatat(place.folder.number(), place.name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISLNK(seen.st_mode)) throw trouble("can't write " + place.path, ELOOP);
  if (!S_ISREG(seen.st_mode)) {
    throw core::Error(core::Kind::refused, place.path + " is no plain file");
  }
}

/// A new file that gets its name when it is complete and on disk.
class NewFile : public ports::FileSink {
 public:
  NewFile(const std::string& path, unsigned mode) : place_(placeOf(path)), mode_(mode) {
    refuseOther(place_);
    static std::atomic<unsigned> counter{0};
    // A name that a killed process with our number left is skipped.
    do {
      temporary_ = fmt::format("{}.partial-{}-{}", place_.name, getpid(), ++counter);
      file_ =
          Descriptor(::openat(place_.folder.number(), temporary_.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_ & 0600));
    } while (!file_.open() && errno == EEXIST);
    if (!file_.open()) throw trouble("can't write " + path, errno);
  }
  ~NewFile() override {
    if (!finished_) unlinkat(place_.folder.number(), temporary_.c_str(), 0);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) override { writeAll(file_, bytes, place_.path); }

  void finish() override {
    // Exactly this mode: the process's own mask does not decide.
    if (fchmod(file_.number(), mode_) != 0) throw trouble("can't write " + place_.path, errno);
    syncFile(file_, place_.path);
    refuseOther(place_);
    if (renameat(place_.folder.number(), temporary_.c_str(), place_.folder.number(),
                 place_.name.c_str()) != 0) {
      throw trouble("can't write " + place_.path, errno);
    }
    finished_ = true;
    syncFile(place_.folder, place_.path);
  }

 private:
  Place place_;
  unsigned mode_;
  std::string temporary_;
  Descriptor file_;
  bool finished_ = false;
};

/// Standard output: what is written is gone.
class Passed : public ports::FileSink {
 public:
  void write(std::string_view bytes) override { writeAll(file_, bytes, "standard output"); }

 private:
  Descriptor file_{fcntl(1, F_DUPFD_CLOEXEC, 3)};
};

}  // namespace

void DiskFiles::replace(const std::string& path, std::string_view text, unsigned mode) {
  NewFile file(path, mode);
  file.write(text);
  file.finish();
}

std::unique_ptr<ports::FileSink> DiskFiles::create(const std::string& path, unsigned mode) {
  if (path == "/dev/stdout") return std::make_unique<Passed>();
  return std::make_unique<NewFile>(path, mode);
}

void DiskFiles::append(const std::string& path, std::string_view text, unsigned mode) {
  const Place place = placeOf(path);
  refuseOther(place);
  const int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file(::openat(place.folder.number(), place.name.c_str(), flags));
  const bool made = !file.open() && errno == ENOENT;
  if (made) {
    file = Descriptor(
        ::openat(place.folder.number(), place.name.c_str(), flags | O_CREAT | O_EXCL, mode & 0600));
    if (file.open() && fchmod(file.number(), mode) != 0)
      throw trouble("can't write " + path, errno);
  }
  if (!file.open()) throw trouble("can't write " + path, errno);
  struct stat before {};
  if (fstat(file.number(), &before) != 0) throw trouble("can't write " + path, errno);
  const ssize_t put = ::write(file.number(), text.data(), text.size());
  if (put != static_cast<ssize_t>(text.size())) {
    const int error = put < 0 ? errno : ENOSPC;
    // All of it or nothing: half a line would spoil the file for whoever reads it next.
    if (put > 0 && ftruncate(file.number(), before.st_size) != 0) {
      throw trouble(fmt::format("can't write {}, and half a line is left in it", path), errno);
    }
    throw trouble("can't write " + path, error);
  }
  syncFile(file, path);
  if (made) syncFile(place.folder, path);
}

void DiskFiles::truncate(const std::string& path, std::uint64_t bytes) {
  const Place place = placeOf(path);
  const Descriptor file = openAt(place, O_WRONLY);
  if (ftruncate(file.number(), static_cast<off_t>(bytes)) != 0) {
    throw trouble("can't cut " + path, errno);
  }
  syncFile(file, path);
}

void DiskFiles::rename(const std::string& from, const std::string& to) {
  const Place old_place = placeOf(from);
  const Place new_place = placeOf(to);
  if (renameat(old_place.folder.number(), old_place.name.c_str(), new_place.folder.number(),
               new_place.name.c_str()) != 0) {
    throw trouble(fmt::format("can't rename {} to {}", from, to), errno);
  }
  // The new entry first: at no moment is the only entry on disk the one that went.
  syncFile(new_place.folder, to);
  syncFile(old_place.folder, from);
}

void DiskFiles::exchange(const std::string& one, const std::string& other) {
  const Place first = placeOf(one);
  const Place second = placeOf(other);
  if (renameat2(first.folder.number(), first.name.c_str(), second.folder.number(),
                second.name.c_str(), RENAME_EXCHANGE) != 0) {
    const int error = errno;
    if (error == EINVAL || error == ENOSYS) {
      throw core::Error(core::Kind::refused,
                        fmt::format("the file system of {} can't exchange two names", one));
    }
    throw trouble(fmt::format("can't exchange {} with {}", one, other), error);
  }
  syncFile(first.folder, one);
  syncFile(second.folder, other);
}

void DiskFiles::remove(const std::string& path) {
  const Place place = placeOf(path);
  struct stat seen {};
  if (fstatat(place.folder.number(), place.name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0 ||
      unlinkat(place.folder.number(), place.name.c_str(),
               S_ISDIR(seen.st_mode) ? AT_REMOVEDIR : 0) != 0) {
    throw trouble("can't remove " + path, errno);
  }
  syncFile(place.folder, path);
}

}  // namespace adapters
