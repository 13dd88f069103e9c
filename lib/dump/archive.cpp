#include "lib/dump/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy.hpp"
#include "lib/dump/gzip.hpp"

namespace dump {
namespace {

std::string ending(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "";
    case Compression::gzip:
      return ".gz";
    case Compression::lz4:
      return ".lz4";
    case Compression::zstd:
      return ".zst";
  }
  return "";
}

bool listsLargeObjects(const TocEntry& entry) { return entry.description == "BLOBS"; }

/// Passes everything through.
class PlainSource : public core::Source {
 public:
  explicit PlainSource(core::Source& inner) : inner_(inner) {}
  std::size_t read(std::span<char> block) override { return inner_.read(block); }

 private:
  core::Source& inner_;
};

std::uint64_t countBytes(core::Source& source) {
  std::vector<char> block(core::kBlockBytes);
  std::uint64_t total = 0;
  while (const std::size_t got = source.read(block)) total += got;
  return total;
}

/// "16402 blob_16402.dat" gives the file's name. A name of another shape gives nothing.
std::optional<std::string> largeObjectFile(const std::string& line) {
  const auto space = line.find(' ');
  if (space == std::string::npos || space == 0 || space > 10) return std::nullopt;
  const std::string oid = line.substr(0, space);
  if (!std::all_of(oid.begin(), oid.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const std::string file = line.substr(space + 1);
  if (file != "blob_" + oid + ".dat") return std::nullopt;
  return file;
}

}  // namespace

std::vector<Member> members(const Toc& toc, const std::string& name) {
  std::vector<Member> found;
  std::set<std::string> seen;
  for (const TocEntry& entry : toc.entries) {
    if (entry.file.empty()) continue;
    if (!seen.insert(entry.file).second) {
      throw core::Error(core::Kind::corrupt,
                        fmt::format("{}: two entries name the file {}", name, entry.file));
    }
    if (listsLargeObjects(entry)) {  // never packed
      found.push_back({entry.file, MemberKind::large_object_list, entry.id, {}, {}});
      continue;
    }
    Member member{entry.file + ending(toc.compression), MemberKind::statements, entry.id,
                  entry.schema, entry.tag};
    if (entry.copy.starts_with("COPY ")) {
      member.kind = MemberKind::rows;
      member.columns = copyColumns(entry.copy);
    }
    found.push_back(std::move(member));
  }
  return found;
}

std::vector<Member> largeObjects(core::Source& list, const std::string& name,
                                 Compression compression) {
  std::vector<Member> found;
  std::string text;
  std::vector<char> block(core::kBlockBytes);
  const auto takeLines = [&] {
    std::size_t from = 0;
    for (auto feed = text.find('\n'); feed != std::string::npos; feed = text.find('\n', from)) {
      const std::string line = text.substr(from, feed - from);
      const auto file = largeObjectFile(line);
      if (!file) {
        throw core::Error(core::Kind::corrupt, fmt::format("{}: \"{}\" names no large object", name,
                                                           core::printable(line.substr(0, 80))));
      }
      found.push_back({*file + ending(compression), MemberKind::large_object, 0, {}, {}});
      from = feed + 1;
    }
    text.erase(0, from);
  };
  while (const std::size_t got = list.read(block)) {
    text.append(block.data(), got);
    takeLines();
    if (text.size() > 1024) {
      throw core::Error(core::Kind::corrupt, fmt::format("{}: a line without an end", name));
    }
  }
  if (!text.empty()) {
    throw core::Error(core::Kind::corrupt, fmt::format("{}: ends inside a line", name));
  }
  return found;
}

MemberFacts readMember(core::Source& packed, const Member& member) {
  MemberFacts facts;
  const auto text = unpacked(packed, member.file);
  if (member.kind == MemberKind::rows) {
    CopyRows rows(member.file, CopyEnd::marked);
    facts.bytes = core::pump(*text, rows);
    rows.finish();
    facts.rows = rows.sum();
  } else {
    facts.bytes = countBytes(*text);
  }
  return facts;
}

std::unique_ptr<core::Source> unpacked(core::Source& packed, const std::string& file) {
  if (file.ends_with(".gz")) return std::make_unique<GzipSource>(packed, file);
  if (file.ends_with(".lz4") || file.ends_with(".zst")) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} is packed with {}, which this program can't unpack", file,
                                  file.ends_with(".lz4") ? "lz4" : "zstd"),
                      "Check it with: pg_restore -f /dev/null FOLDER");
  }
  return std::make_unique<PlainSource>(packed);
}

}  // namespace dump
