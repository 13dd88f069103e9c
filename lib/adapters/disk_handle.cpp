#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "lib/adapters/account.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_entries.hpp"
#include "lib/adapters/place.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

/// The number of a name on this host; `number` where nobody here is called so.
template <typename LookUp>
unsigned numberOf(const std::string& name, unsigned number, LookUp look_up) {
  if (name.empty()) return number;
  try {
    return look_up(name);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
    return number;
  }
}

/// Applies owner, group, mode and time to what is open, or (a link) to a name in an open folder:
/// never to what somebody put in its place.
std::string dressOpen(int number, const char* name, const ports::FileInfo& as,
                      const std::string& path) {
  const bool link = as.type == ports::FileType::link;
  const int flags = link ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;
  const unsigned owner =
      numberOf(as.owner_name, as.owner, [](const auto& known) { return accountNamed(known).uid; });
  const unsigned group = numberOf(as.group_name, as.group, groupNamed);
  std::string missing;
  // The owner first: changing it takes bits off the mode.
  if (fchownat(number, name, owner, group, flags) != 0) {
    if (errno != EPERM) throw trouble("can't give away " + path, errno);
    const auto word = [](const std::string& known, unsigned unknown) {
      return known.empty() ? std::to_string(unknown) : core::printable(known);
    };
    missing =
        fmt::format("owner {}:{}", word(as.owner_name, as.owner), word(as.group_name, as.group));
  }
  if (!link && fchmod(number, as.mode) != 0) throw trouble("can't set the mode of " + path, errno);
  const auto since = as.changed.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const timespec times[2] = {
      {0, UTIME_OMIT},
      {static_cast<time_t>(seconds.count()), std::chrono::nanoseconds(since - seconds).count()}};
  if ((link ? utimensat(number, name, times, AT_SYMLINK_NOFOLLOW) : futimens(number, times)) != 0) {
    throw trouble("can't set the time of " + path, errno);
  }
  return missing;
}

class NewEntry : public ports::TreeFile {
 public:
  NewEntry(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  void write(std::string_view bytes) override { writeAll(file_, bytes, path_); }
  void finish() override { syncFile(file_, path_); }
  std::string dress(const ports::FileInfo& as) override {
    return dressOpen(file_.number(), "", as, path_);
  }

 private:
  Descriptor file_;
  std::string path_;
};

class OpenTree : public ports::Tree {
 public:
  OpenTree(Descriptor root, std::string path) : root_(std::move(root)), path_(std::move(path)) {}

  std::optional<ports::FileInfo> info(const std::string& below) override {
    struct stat seen {};
    try {
      const Place place = parentOf(below);
      if (fstatat(place.folder.number(), place.name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::nullopt;
        throw trouble("can't look at " + place.path, errno);
      }
      return describe(place.name, seen);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::not_found) return std::nullopt;
      throw;
    }
  }

  std::vector<ports::FileInfo> list(const std::string& below) override {
    const Place place = parentOf(below);
    return entriesOf(openAt(place, O_RDONLY | O_DIRECTORY), place.path);
  }

  std::unique_ptr<core::Source> open(const std::string& below) override {
    const Place place = parentOf(below);
    return sourceOf(openAt(place, O_RDONLY), place.path);
  }

  std::string linkTarget(const std::string& below) override {
    const Place place = parentOf(below);
    return targetOf(place.folder.number(), place.name, place.path);
  }

  void makeFolder(const std::string& below) override {
    const Place place = parentOf(below);
    if (mkdirat(place.folder.number(), place.name.c_str(), 0700) != 0) {
      throw trouble("can't make folder " + place.path, errno);
    }
  }

  std::unique_ptr<ports::TreeFile> create(const std::string& below) override {
    const Place place = parentOf(below);
    Descriptor file(openat(place.folder.number(), place.name.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.open()) throw trouble("can't write " + place.path, errno);
    return std::make_unique<NewEntry>(std::move(file), place.path);
  }

  void makeLink(const std::string& below, const std::string& target) override {
    const Place place = parentOf(below);
    if (symlinkat(target.c_str(), place.folder.number(), place.name.c_str()) != 0) {
      throw trouble("can't make the link " + place.path, errno);
    }
  }

  std::string dress(const std::string& below, const ports::FileInfo& as) override {
    const Place place = parentOf(below);
    if (as.type == ports::FileType::link) {
      return dressOpen(place.folder.number(), place.name.c_str(), as, place.path);
    }
    const Descriptor folder = openAt(place, O_RDONLY | O_DIRECTORY);
    return dressOpen(folder.number(), "", as, place.path);
  }

  void sync() override { syncFolder(root_, path_); }

 private:
  /// The folder that holds the last name of `below`, reached from the root name by name.
  Place parentOf(const std::string& below) const {
    Place place{Descriptor(dup(root_.number())), ".", path_};
    if (below.empty()) return place;
    place.path = path_ + "/" + below;
    std::vector<std::string> names = core::split(below, '/');
    for (const std::string& name : names) {
      if (name.empty() || name == "." || name == ".." || name.find('\0') != std::string::npos) {
        throw core::Error(core::Kind::usage, fmt::format("\"{}\" names nothing below a folder",
                                                         core::printable(below)));
      }
    }
    place.name = names.back();
    names.pop_back();
    for (const std::string& name : names) {
      Place next{std::move(place.folder), name, place.path};
      place.folder = openAt(next, O_RDONLY | O_DIRECTORY);
    }
    return place;
  }

  Descriptor root_;
  std::string path_;
};

}  // namespace

std::unique_ptr<ports::Tree> DiskFiles::tree(const std::string& folder) {
  return std::make_unique<OpenTree>(
      folder == "/" ? Descriptor(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
                    : openAt(placeOf(folder), O_RDONLY | O_DIRECTORY),
      folder);
}

}  // namespace adapters
