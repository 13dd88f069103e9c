#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/stream.hpp"
#include "lib/core/time.hpp"

namespace ports {

enum class FileType { file, folder, link, other };

struct FileInfo {
  std::string name;  // last component of the path
  FileType type = FileType::file;
  std::uint64_t bytes = 0;
  unsigned mode = 0;  // permission bits, 07777
  unsigned owner = 0;
  unsigned group = 0;
  core::Time changed{};      // time of the last change of the content
  std::string owner_name{};  // "" where the number has no account
  std::string group_name{};  // "" where the number has no group
  std::uint64_t device = 0;  // these two name a file or folder whatever it is called
  std::uint64_t inode = 0;
};

/// A new file below a held folder, for this account alone (0600) until dress(). Its content is on
/// disk after finish(), or after the tree's sync().
class TreeFile : public core::Sink {
 public:
  /// As Tree::dress().
  virtual std::string dress(const FileInfo& as) = 0;
};

/// A folder that is held open. What lies below it ("a/b.png"; "" is the folder itself) is looked up
/// from there, and a link is never followed on the way: whoever may write below it can't lead us
/// elsewhere. Errors as of Files.
class Tree {
 public:
  virtual ~Tree() = default;
  virtual std::optional<FileInfo> info(const std::string& below) = 0;
  /// Entries without "." and "..", sorted by name.
  virtual std::vector<FileInfo> list(const std::string& below) = 0;
  virtual std::unique_ptr<core::Source> open(const std::string& below) = 0;
  virtual std::string linkTarget(const std::string& below) = 0;

  // New entries, for this account alone until dress(). What bears the name already is an error. On
  // disk once sync() has returned.
  virtual void makeFolder(const std::string& below) = 0;
  virtual std::unique_ptr<TreeFile> create(const std::string& below) = 0;
  virtual void makeLink(const std::string& below, const std::string& target) = 0;
  /// Gives a folder or link owner, group, mode and time of `as`: accounts by name where there is
  /// one of that name, else by number. What may not be given is left as it is, and told: "owner
  /// netbox"; empty if all was given.
  virtual std::string dress(const std::string& below, const FileInfo& as) = 0;
  virtual void sync() = 0;
};

/// A file being written. Under its name only after finish(): before, it is `PATH.partial-…`.
/// Destroyed without finish(): nothing is left.
class FileSink : public core::Sink {};

/// A file lock that was taken; given back when destroyed or when the process ends, however.
class FileLock {
 public:
  virtual ~FileLock() = default;
  /// False once it is lost: only a lock on another host can be, with the connection.
  virtual bool held() { return true; }
};

/// The file system of one host. Paths are absolute. "absent" is normal where a method gives an
/// optional; elsewhere it is Error{not_found}. Other errors of every method: denied, refused (a
/// link where a plain file or folder is needed), unexpected (disk full and so on, in words).
class Files {
 public:
  virtual ~Files() = default;

  // Looking. Links are never followed in the last component.
  virtual std::optional<FileInfo> info(const std::string& path) = 0;
  /// Entries without "." and "..", sorted by name.
  virtual std::vector<FileInfo> list(const std::string& folder) = 0;
  /// The whole text; over 16 MiB is an error. Follows links (an installation may be made of them).
  virtual std::string read(const std::string& path) = 0;
  virtual std::unique_ptr<core::Source> open(const std::string& path) = 0;
  virtual std::string linkTarget(const std::string& path) = 0;
  /// Path without links; nothing if there is nothing.
  virtual std::optional<std::string> resolve(const std::string& path) = 0;
  /// Bytes that may still be written below the folder.
  virtual std::uint64_t freeBytes(const std::string& folder) = 0;
  /// Whether this process may read (r), write (w), enter or execute (x) the path.
  virtual bool may(const std::string& path, char right) = 0;

  // Changing. Everything is on disk (data and folder entry) when a call returns.
  /// Puts a new content in place in one move: temporary name, sync, rename, sync of the folder.
  virtual void replace(const std::string& path, std::string_view text, unsigned mode) = 0;
  virtual std::unique_ptr<FileSink> create(const std::string& path, unsigned mode) = 0;
  /// Adds to the end in one write, and syncs; makes the file with `mode` if there is none.
  virtual void append(const std::string& path, std::string_view text, unsigned mode) = 0;
  /// Cuts a file to `bytes`.
  virtual void truncate(const std::string& path, std::uint64_t bytes) = 0;
  /// Makes a folder and its missing parents (parents with 0755 at most). Already there is good,
  /// its mode is left alone.
  virtual void makeFolder(const std::string& path, unsigned mode) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;
  /// Removes a folder and all below it without following a link; absent is good.
  virtual void removeTree(const std::string& path) = 0;
  virtual void setMode(const std::string& path, unsigned mode) = 0;
  /// Gives a path to "account" (and its own group), to ":group", or to "account:group". Needs root.
  virtual void setOwner(const std::string& path, const std::string& account) = 0;
  /// Syncs each file below the folder, and the folders.
  virtual void syncTree(const std::string& folder) = 0;

  /// The folder, held open. Its own path may go through links.
  virtual std::unique_ptr<Tree> tree(const std::string& folder);
  /// Swaps two names of one file system in one move. Errors: refused where the file system can't.
  virtual void exchange(const std::string& one, const std::string& other);

  /// Takes an exclusive lock on a file (made if absent, never removed), without waiting; nothing
  /// if another process holds it.
  virtual std::unique_ptr<FileLock> lock(const std::string& path) = 0;
};

}  // namespace ports
