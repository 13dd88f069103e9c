#include "lib/adapters/disk_entries.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "lib/adapters/account.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// Names of accounts and groups, the last one remembered: in a tree nearly all are the same.
const std::string& ownerName(uid_t uid) {
  thread_local std::pair<uid_t, std::string> last{uid, accountName(uid)};
  if (last.first != uid) last = {uid, accountName(uid)};
  return last.second;
}

const std::string& ownerGroup(gid_t gid) {
  thread_local std::pair<gid_t, std::string> last{gid, groupName(gid)};
  if (last.first != gid) last = {gid, groupName(gid)};
  return last.second;
}

class FileSource : public core::Source {
 public:
  FileSource(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  std::size_t read(std::span<char> block) override {
    while (true) {
      const ssize_t got = ::read(file_.number(), block.data(), block.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw trouble("can't read " + path_, errno);
    }
  }

 private:
  Descriptor file_;
  std::string path_;
};

}  // namespace

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
  info.owner_name = ownerName(seen.st_uid);
  info.group_name = ownerGroup(seen.st_gid);
  info.device = seen.st_dev;
  info.inode = seen.st_ino;
  return info;
}

std::vector<ports::FileInfo> entriesOf(Descriptor folder, const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(folder.number()), closedir);
  if (!entries) throw trouble("can't list " + path, errno);
  folder.release();
  std::vector<ports::FileInfo> all;
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    struct stat seen {};
    if (name != "." && name != ".." &&
        fstatat(dirfd(entries.get()), name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) == 0) {
      all.push_back(describe(name, seen));
    }
    errno = 0;
  }
  if (errno != 0) throw trouble("can't list " + path, errno);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

std::unique_ptr<core::Source> sourceOf(Descriptor file, const std::string& path) {
  struct stat seen {};
  if (fstat(file.number(), &seen) != 0) throw trouble("can't look at " + path, errno);
  if (!S_ISREG(seen.st_mode)) {
    throw core::Error(core::Kind::refused, path + " is no plain file", "Name a plain file.");
  }
  return std::make_unique<FileSource>(std::move(file), path);
}

std::unique_ptr<core::Source> streamOf(Descriptor open, const std::string& name) {
  return std::make_unique<FileSource>(std::move(open), name);
}

std::string targetOf(int folder, const std::string& name, const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t length = readlinkat(folder, name.c_str(), target.data(), target.size());
  if (length < 0 && errno == EINVAL) {
    throw core::Error(core::Kind::refused, path + " is no link");
  }
  if (length < 0) throw trouble("can't read the link " + path, errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

void syncFolder(const Descriptor& folder, const std::string& path) {
  Descriptor listed(openat(folder.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!listed.open()) throw trouble("can't list " + path, errno);
  for (const ports::FileInfo& entry : entriesOf(std::move(listed), path)) {
    const std::string below = path + "/" + entry.name;
    const bool is_folder = entry.type == ports::FileType::folder;
    if (!is_folder && entry.type != ports::FileType::file) continue;
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (is_folder ? O_DIRECTORY : O_NONBLOCK);
    const Descriptor found(openat(folder.number(), entry.name.c_str(), flags));
    if (!found.open()) throw trouble("can't open " + below, errno);
    if (is_folder) {
      syncFolder(found, below);
    } else {
      syncFile(found, below);
    }
  }
  syncFile(folder, path);
}

}  // namespace adapters
