#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

std::string someName(const std::string& name) {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}.partial-{}-{}", name, getpid(), ++counter);
}

/// A file in `folder` without a name. Where the file system knows no such thing, one whose name is
/// taken away at once.
Descriptor nameless(const std::string& folder, bool& can_be_named) {
  can_be_named = true;
  Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.open()) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOTSUP) {
    throw trouble("can't write in " + folder, errno);
  }
  can_be_named = false;
  const std::string path = folder + "/" + someName(".sotctl");
  file = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open()) throw trouble("can't write in " + folder, errno);
  ::unlink(path.c_str());
  return file;
}

class Memory : public ports::ScratchMemory {
 public:
  Memory(const std::string& folder, std::size_t bytes) : bytes_(bytes) {
    bool named = false;
    const Descriptor file = nameless(folder, named);
    // Room is taken now: a full disk must not become a signal later.
    const int error = posix_fallocate(file.number(), 0, static_cast<off_t>(bytes));
    if (error != 0) throw trouble("no room in " + folder, error);
    at_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
    if (at_ == MAP_FAILED) throw trouble("can't map a file in " + folder, errno);
  }
  ~Memory() override { munmap(at_, bytes_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  std::span<std::byte> bytes() override { return {static_cast<std::byte*>(at_), bytes_}; }

 private:
  std::size_t bytes_;
  void* at_ = nullptr;
};

class Reader : public core::Source {
 public:
  Reader(int file, std::string folder) : file_(file), folder_(std::move(folder)) {}
  std::size_t read(std::span<char> block) override {
    while (true) {
      const ssize_t got = pread(file_, block.data(), block.size(), at_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw trouble("can't read a file in " + folder_, errno);
      at_ += got;
      return static_cast<std::size_t>(got);
    }
  }

 private:
  int file_;
  std::string folder_;
  off_t at_ = 0;
};

class Nameless : public ports::ScratchFile {
 public:
  explicit Nameless(const std::string& folder)
      : folder_(folder), file_(nameless(folder, can_be_named_)) {}

  void write(std::string_view bytes) override {
    writeAll(file_, bytes, "a file in " + folder_);
    size_ += bytes.size();
  }
  std::unique_ptr<core::Source> read() override {
    return std::make_unique<Reader>(file_.number(), folder_);
  }
  std::uint64_t size() const override { return size_; }

  void publish(const std::string& path, unsigned mode) override {
    DiskFiles files;
    if (!can_be_named_) {
      const auto named = files.create(path, mode);
      core::pump(*read(), *named);
      named->finish();
      return;
    }
    const Place place = placeOf(path);
    struct stat seen {};
    if (fstatat(place.folder.number(), place.name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) == 0 &&
        !S_ISREG(seen.st_mode)) {
      throw core::Error(core::Kind::refused, path + " is no plain file", "Name another --to FILE.");
    }
    if (fchmod(file_.number(), mode) != 0) throw trouble("can't write " + path, errno);
    syncFile(file_, path);
    const std::string source = fmt::format("/proc/self/fd/{}", file_.number());
    // Where nothing has the name yet, one move without anything between.
    if (linkat(AT_FDCWD, source.c_str(), place.folder.number(), place.name.c_str(),
               AT_SYMLINK_FOLLOW) == 0) {
      syncFile(place.folder, path);
      return;
    }
    const std::string temporary = someName(place.name);
    if (linkat(AT_FDCWD, source.c_str(), place.folder.number(), temporary.c_str(),
               AT_SYMLINK_FOLLOW) != 0) {
      throw trouble("can't write " + path, errno);
    }
    if (renameat(place.folder.number(), temporary.c_str(), place.folder.number(),
                 place.name.c_str()) != 0) {
      const int error = errno;
      unlinkat(place.folder.number(), temporary.c_str(), 0);
      throw trouble("can't write " + path, error);
    }
    syncFile(place.folder, path);
  }

 private:
  std::string folder_;
  bool can_be_named_ = true;
  Descriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<ports::ScratchMemory> DiskFiles::scratchMemory(const std::string& folder,
                                                               std::size_t bytes) {
  return std::make_unique<Memory>(folder, bytes);
}

std::unique_ptr<ports::ScratchFile> DiskFiles::scratchFile(const std::string& folder) {
  return std::make_unique<Nameless>(folder);
}

}  // namespace adapters
