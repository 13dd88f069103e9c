#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/backup/tar_header.hpp"
#include "lib/core/stream.hpp"
#include "lib/ports/files.hpp"

namespace backup {

/// One entry of an archive of files: a plain file, a folder, or a link that leads to something in
/// the same tree.
struct TarEntry {
  std::string path;  // "media/image-attachments/a.png"
  ports::FileInfo info{};
  std::string target{};  // of a link
};

/// Writes files as POSIX tar (ustar, with pax headers where a value does not fit), which every tar
/// unpacks. Entries come in the order of comesBefore().
class TarWriter {
 public:
  explicit TarWriter(core::Sink& sink) : sink_(sink) {}

  /// The head of an entry. For a file exactly `entry.info.bytes` bytes must follow by content().
  void add(const TarEntry& entry);
  void content(std::string_view bytes);
  /// After the last entry. Does not finish the sink.
  void finish();

 private:
  void header(const std::string& path, const TarEntry& entry, char type, std::uint64_t bytes);
  void pad();

  core::Sink& sink_;
  std::uint64_t written_ = 0;
};

/// Reads what TarWriter wrote, and trusts none of it: refused are other kinds of entries (hard
/// links, devices, sparse files), absolute names, "." and "..", names out of order or twice, an
/// entry whose folder was not in front of it, and links that lead out of their tree.
/// Errors: corrupt with `name` and the entry.
class TarReader {
 public:
  /// `roots`: the trees and files that may be in it, by their path in the archive.
  TarReader(core::Source& source, std::string name, std::vector<std::string> roots);

  /// The next entry; nothing at the end, after which nothing may follow. What was not read of the
  /// last entry's content is passed over.
  std::optional<TarEntry> next();
  /// The content of the entry that next() gave; ends with it.
  core::Source& content() { return content_; }

 private:
  class Content : public core::Source {
   public:
    explicit Content(TarReader& reader) : reader_(reader) {}
    std::size_t read(std::span<char> block) override;

   private:
    TarReader& reader_;
  };

  using Records = std::map<std::string, std::string>;  // of a pax header

  bool block(std::span<char> into);
  bool nextHeader(tar::Header& header);
  Records extension(const tar::Header& header);
  TarEntry entryFrom(const tar::Header& header, const Records& more) const;
  std::string text(std::uint64_t bytes);
  void skip(std::uint64_t bytes);
  void requireEnd();
  void judge(const TarEntry& entry);
  std::string rootOf(const std::string& path) const;
  [[noreturn]] void refuse(const std::string& path, const std::string& why) const;

  core::Source& source_;
  std::string name_;
  std::vector<std::string> roots_;
  Content content_{*this};
  std::uint64_t left_ = 0;     // of the content
  std::uint64_t padding_ = 0;  // behind it
  std::string last_;           // path of the entry before
  std::vector<std::string> open_folders_;
};

/// The bits of a mode that a set keeps: no set-user-id, and set-group-id on folders alone.
unsigned restorableBits(ports::FileType type);

/// The order of entries: a folder, then all of it, names byte by byte.
bool comesBefore(const std::string& one, const std::string& other);

/// Whether a link at `path` below the tree `root` stays in it: its target is relative, and leaves
/// by no "..", which may stand in front alone.
bool staysInside(const std::string& root, const std::string& path, const std::string& target);

}  // namespace backup
