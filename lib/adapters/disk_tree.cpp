#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "lib/adapters/account.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_entries.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

std::vector<std::string> namesIn(const Descriptor& folder, const std::string& path) {
  // A descriptor of its own: closedir() closes what it was given.
  const int copy = openat(folder.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(copy < 0 ? nullptr : fdopendir(copy), closedir);
  if (!entries) throw trouble("can't list " + path, errno);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

Descriptor openFolder(const Descriptor& parent, const std::string& name, const std::string& path) {
  Descriptor folder(
      openat(parent.number(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.open()) throw trouble("can't open folder " + path, errno);
  return folder;
}

struct stat look(const Descriptor& parent, const std::string& name, const std::string& path) {
  struct stat seen {};
  if (fstatat(parent.number(), name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) {
    throw trouble("can't look at " + path, errno);
  }
  return seen;
}

/// Empties an open folder. Never leaves the file system that it began on: below a mount point lies
/// what somebody else put there.
void emptyFolder(const Descriptor& folder, const std::string& path, dev_t device) {
  for (const std::string& name : namesIn(folder, path)) {
    const std::string below = path + "/" + name;
    const struct stat seen = look(folder, name, below);
    const bool is_folder = S_ISDIR(seen.st_mode);
    if (is_folder && seen.st_dev != device) {
      throw core::Error(core::Kind::refused, below + " is a mount point",
                        "Unmount it first, then try again.");
    }
    if (is_folder) emptyFolder(openFolder(folder, name, below), below, device);
    if (unlinkat(folder.number(), name.c_str(), is_folder ? AT_REMOVEDIR : 0) != 0) {
      throw trouble("can't remove " + below, errno);
    }
  }
}

void makeOne(const std::string& path, unsigned mode, bool exactly) {
  const Place place = placeOf(path);
  if (mkdirat(place.folder.number(), place.name.c_str(), mode) != 0) {
    // Made by somebody else at the same moment: it is there, which is what was wanted.
    if (errno == EEXIST) return;
    throw trouble("can't make folder " + path, errno);
  }
  if (exactly && fchmodat(place.folder.number(), place.name.c_str(), mode, 0) != 0) {
    throw trouble("can't make folder " + path, errno);
  }
  syncFile(place.folder, path);
}

/// What chown(2) takes for "account", ":group" or "account:group"; -1 leaves one as it is.
std::pair<uid_t, gid_t> numbersOf(const std::string& owner) {
  const auto colon = owner.find(':');
  const std::string account = owner.substr(0, colon);
  const std::string group = colon == std::string::npos ? "" : owner.substr(colon + 1);
  if (account.empty() && group.empty()) {
    throw core::Error(core::Kind::usage, "neither an account nor a group: '" + owner + "'");
  }
  std::pair<uid_t, gid_t> numbers{static_cast<uid_t>(-1), static_cast<gid_t>(-1)};
  if (!account.empty()) {
    const Account found = accountNamed(account);
    numbers = {found.uid, found.gid};
  }
  if (!group.empty()) numbers.second = groupNamed(group);
  return numbers;
}

/// The mode or owner of a name is part of its own record, which only a sync of itself writes.
void syncEntry(const Place& place) {
  const Descriptor file(openat(place.folder.number(), place.name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (file.open()) {
    syncFile(file, place.path);
  } else {
    sync();
  }
}

}  // namespace

void DiskFiles::makeFolder(const std::string& given, unsigned mode) {
  const std::string path = given.substr(0, given.find_last_not_of('/') + 1);
  struct stat seen {};
  if (lstat(path.c_str(), &seen) == 0) {
    if (S_ISLNK(seen.st_mode)) throw trouble("can't make folder " + path, ELOOP);
    if (S_ISDIR(seen.st_mode)) return;
    throw core::Error(core::Kind::refused, path + " is no folder");
  }
  for (auto slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (stat(parent.c_str(), &seen) != 0) makeOne(parent, 0755, false);
  }
  makeOne(path, mode, true);
}

void DiskFiles::removeTree(const std::string& path) {
  if (!info(path)) return;
  const Place place = placeOf(path);
  {
    const Descriptor folder = openAt(place, O_RDONLY | O_DIRECTORY);
    struct stat seen {};
    if (fstat(folder.number(), &seen) != 0) throw trouble("can't look at " + path, errno);
    emptyFolder(folder, path, seen.st_dev);
  }
  if (unlinkat(place.folder.number(), place.name.c_str(), AT_REMOVEDIR) != 0) {
    throw trouble("can't remove " + path, errno);
  }
  syncFile(place.folder, path);
}

void DiskFiles::setMode(const std::string& path, unsigned mode) {
  const Place place = placeOf(path);
  if (fchmodat(place.folder.number(), place.name.c_str(), mode, AT_SYMLINK_NOFOLLOW) != 0) {
    throw trouble("can't set the mode of " + path, errno == EOPNOTSUPP ? ELOOP : errno);
  }
  syncEntry(place);
}

void DiskFiles::setOwner(const std::string& path, const std::string& owner) {
  const auto [uid, gid] = numbersOf(owner);
  const Place place = placeOf(path);
  if (fchownat(place.folder.number(), place.name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
    throw trouble("can't give " + path + " to " + owner, errno);
  }
  syncEntry(place);
}

void DiskFiles::syncTree(const std::string& folder) {
  const Place place = placeOf(folder);
  syncFolder(openAt(place, O_RDONLY | O_DIRECTORY), folder);
  syncFile(place.folder, folder);
}

}  // namespace adapters
