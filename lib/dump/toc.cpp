#include "lib/dump/toc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/byte_reader.hpp"

namespace dump {
namespace {

constexpr std::uint64_t kMostTocBytes = 512ULL * 1024 * 1024;
constexpr std::int64_t kMostEntries = 5'000'000;
// Values of ArchiveFormat. pg_dump writes "tar" into toc.dat of the directory format too, so that
// pg_restore can read the same table of contents out of both.
constexpr int kFormatCustom = 1;
constexpr int kFormatTar = 3;
constexpr int kFormatDirectory = 5;

class TocReader {
 public:
  TocReader(core::Source& source, const std::string& name)
      : bytes_(source, name, kMostTocBytes), name_(name) {}

  Toc read() {
    readHead();
    const std::int64_t count = integer("the number of entries");
    if (count < 0 || count > kMostEntries) {
      bytes_.refuse(fmt::format("absurd number of entries: {}", count));
    }
    for (std::int64_t i = 0; i < count; ++i) toc_.entries.push_back(readEntry());
    if (!bytes_.atEnd()) bytes_.refuse("there is more after the last entry");
    return std::move(toc_);
  }

 private:
  bool since(int minor) const { return toc_.version_minor >= minor; }

  void readHead() {
    if (bytes_.bytes(5, "the file's head") != "PGDMP") {
      bytes_.refuse("not the table of contents of a PostgreSQL archive (no PGDMP)");
    }
    toc_.version_major = bytes_.byte("the format version");
    toc_.version_minor = bytes_.byte("the format version");
    bytes_.byte("the format version");
    if (toc_.version_major != 1 || toc_.version_minor < 12 || toc_.version_minor > 16) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("{}: archive format {}.{} is none of 1.12 to 1.16", name_,
                                    toc_.version_major, toc_.version_minor),
                        "This version of sotctl reads archives of pg_dump 11 to 18.");
    }
    integer_bytes_ = bytes_.byte("the integer size");
    if (integer_bytes_ != 4 && integer_bytes_ != 8) {
      bytes_.refuse(fmt::format("integer size is {}, not 4 or 8", integer_bytes_));
    }
    const int offset_bytes = bytes_.byte("the offset size");
    if (offset_bytes != 4 && offset_bytes != 8) {
      bytes_.refuse(fmt::format("offset size is {}, not 4 or 8", offset_bytes));
    }
    readFormat();
    toc_.compression = readCompression();
    for (int field = 0; field < 7; ++field) integer("the time of the dump");
    toc_.database = text("the database's name");
    toc_.server_version = text("the server's version");
    toc_.dumper_version = text("pg_dump's version");
  }

  void readFormat() {
    const int format = bytes_.byte("the archive's kind");
    if (format == kFormatCustom) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("{}: an archive in one file (pg_dump -Fc)", name_),
                        "This version of sotctl reads the directory format (pg_dump -Fd).");
    }
    if (format != kFormatTar && format != kFormatDirectory) {
      bytes_.refuse(fmt::format("unknown kind of archive: {}", format));
    }
  }

  Compression readCompression() {
    if (!since(15)) {  // a level, where later versions have the method
      const std::int64_t level = integer("the compression");
      if (level < -1 || level > 9) bytes_.refuse(fmt::format("compression level is {}", level));
      return level == 0 ? Compression::none : Compression::gzip;
    }
    switch (const int method = bytes_.byte("the compression")) {
      case 0:
        return Compression::none;
      case 1:
        return Compression::gzip;
      case 2:
        return Compression::lz4;
      case 3:
        return Compression::zstd;
      default:
        bytes_.refuse(fmt::format("unknown compression {}", method));
    }
  }

  TocEntry readEntry() {
    TocEntry entry;
    const std::int64_t id = integer("a dump id");
    if (id < 1 || id > INT32_MAX || !ids_.insert(static_cast<int>(id)).second) {
      bytes_.refuse(fmt::format("dump id {} is no new positive number", id));
    }
    entry.id = static_cast<int>(id);
    integer("an entry");
    text("a table's oid");
    text("an oid");
    entry.tag = text("a tag");
    entry.description = text("a description");
    entry.section = section();
    entry.definition = text("a definition");
    entry.drop = text("a drop statement");
    entry.copy = text("a copy statement");
    entry.schema = text("a schema");
    text("a tablespace");
    if (since(14)) text("an access method");
    if (since(16)) integer("a relation kind");
    entry.owner = text("an owner");
    text("an entry");  // whether it has oids; always "false" since 12
    readDependencies(entry);
    entry.file = text("a file name");
    if (!entry.file.empty() && !plainName(entry.file)) {
      bytes_.refuse(fmt::format("entry {} names the file \"{}\", which is no plain name", entry.id,
                                core::printable(entry.file)));
    }
    return entry;
  }

  Section section() {
    const std::int64_t number = integer("a section");
    if (number < 1 || number > 4) bytes_.refuse(fmt::format("unknown section {}", number));
    return static_cast<Section>(number - 1);
  }

  void readDependencies(TocEntry& entry) {
    while (const auto word = optionalText("a dependency")) {
      int id = 0;
      const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), id);
      if (error != std::errc() || end != word->data() + word->size()) {
        bytes_.refuse(fmt::format("entry {} depends on \"{}\", which is no number", entry.id,
                                  core::printable(*word)));
      }
      entry.dependencies.push_back(id);
    }
  }

  /// A name without any way out of the archive's folder.
  static bool plainName(const std::string& name) {
    return name.size() <= 255 && name[0] != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '.';
           });
  }

  /// Sign byte, then the bytes, lowest first.
  std::int64_t integer(const char* what) {
    const int sign = bytes_.byte(what);
    if (sign > 1) bytes_.refuse(fmt::format("sign of {} is {}", what, sign));
    std::uint64_t value = 0;
    for (int i = 0; i < integer_bytes_; ++i) {
      value |= static_cast<std::uint64_t>(bytes_.byte(what)) << (8 * i);
    }
    if (value > INT64_MAX) bytes_.refuse(fmt::format("absurd number for {}: {}", what, value));
    return sign == 1 ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
  }

  std::optional<std::string> optionalText(const char* what) {
    const std::int64_t length = integer(what);
    if (length < 0) return std::nullopt;
    return bytes_.bytes(static_cast<std::uint64_t>(length), what);
  }

  std::string text(const char* what) { return optionalText(what).value_or(""); }

  ByteReader bytes_;
  std::string name_;
  Toc toc_;
  int integer_bytes_ = 4;
  std::set<int> ids_;
};

}  // namespace

const char* compressionName(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::lz4:
      return "lz4";
    case Compression::zstd:
      return "zstd";
  }
  return "none";
}

const TocEntry* Toc::find(int id) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [id](const TocEntry& e) { return e.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

Toc readToc(core::Source& source, const std::string& name) {
  return TocReader(source, name).read();
}

}  // namespace dump
