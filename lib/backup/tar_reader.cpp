#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "lib/backup/tar.hpp"
#include "lib/backup/tar_header.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

/// A pax header holds paths and numbers: more than this is no such thing.
constexpr std::uint64_t kLongestExtension = 65536;

ports::FileType typeOf(char type) {
  switch (type) {
    case tar::kFileType:
      return ports::FileType::file;
    case tar::kFolderType:
      return ports::FileType::folder;
    case tar::kLinkType:
      return ports::FileType::link;
    default:
      return ports::FileType::other;
  }
}

/// Nothing if it is damaged.
std::optional<std::map<std::string, std::string>> recordsIn(std::string_view text) {
  std::map<std::string, std::string> records;
  while (!text.empty()) {
    std::size_t length = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(read.ptr - text.data());
    if (read.ec != std::errc() || length > text.size() || length < digits + 3) return std::nullopt;
    const std::string_view record = text.substr(digits, length - digits);
    const auto equals = record.find('=');
    if (record.front() != ' ' || record.back() != '\n' || equals == std::string_view::npos) {
      return std::nullopt;
    }
    records[std::string(record.substr(1, equals - 1))] =
        record.substr(equals + 1, record.size() - equals - 2);
    text.remove_prefix(length);
  }
  return records;
}

bool isWithin(const std::string& folder, const std::string& path) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool isPlain(const std::string& path) {
  const auto names = core::split(path, '/');
  return !path.empty() && std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find('\0') == std::string::npos;
  });
}

}  // namespace

unsigned restorableBits(ports::FileType type) {
  return type == ports::FileType::folder ? 03777 : 0777;
}

bool staysInside(const std::string& root, const std::string& path, const std::string& target) {
  if (target.empty() || target.front() == '/' || target.find('\0') != std::string::npos) {
    return false;
  }
  if (!isWithin(root, path)) return false;
  // How deep below the root the link's own folder is.
  auto depth = std::count(path.begin() + static_cast<std::ptrdiff_t>(root.size()), path.end(), '/');
  --depth;
  bool descending = false;
  for (const std::string& name : core::split(target, '/')) {
    if (name.empty() || name == ".") continue;
    // Behind a name, which may be a link itself, nobody knows where ".." is.
    if (name == ".." && (descending || --depth < 0)) return false;
    descending = descending || name != "..";
  }
  return true;
}

TarReader::TarReader(core::Source& source, std::string name, std::vector<std::string> roots)
    : source_(source), name_(std::move(name)), roots_(std::move(roots)) {}

std::size_t TarReader::Content::read(std::span<char> block) {
  const auto wanted = std::min<std::uint64_t>(block.size(), reader_.left_);
  if (wanted == 0) return 0;
  const std::size_t got = reader_.source_.read(block.first(static_cast<std::size_t>(wanted)));
  if (got == 0) reader_.refuse(reader_.last_, "is cut short");
  reader_.left_ -= got;
  return got;
}

/// A whole block; false at the end of the source, where there must not be a part of one.
bool TarReader::block(std::span<char> into) {
  std::size_t have = 0;
  while (have < into.size()) {
    const std::size_t got = source_.read(into.subspan(have));
    if (got == 0) break;
    have += got;
  }
  if (have != 0 && have != into.size()) refuse(last_, "is followed by half a block");
  return have != 0;
}

std::string TarReader::text(std::uint64_t bytes) {
  std::string text;
  tar::Header room{};
  for (; text.size() < bytes; text.append(room.data(), room.size())) {
    if (!block(room)) refuse(last_, "is the last entry before a cut");
  }
  text.resize(static_cast<std::size_t>(bytes));
  return text;
}

void TarReader::skip(std::uint64_t bytes) {
  std::vector<char> room(core::kBlockBytes);
  while (bytes > 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), bytes));
    const std::size_t got = source_.read(std::span(room).first(part));
    if (got == 0) refuse(last_, "is cut short");
    bytes -= got;
  }
}

std::optional<TarEntry> TarReader::next() {
  skip(left_ + padding_);
  left_ = padding_ = 0;
  tar::Header header{};
  if (!nextHeader(header)) return std::nullopt;
  Records more;
  if (header[tar::kType.at] == tar::kPaxType) {
    more = extension(header);
    if (!nextHeader(header)) refuse(last_, "is followed by a header of nothing");
  }
  const TarEntry entry = entryFrom(header, more);
  judge(entry);
  left_ = entry.info.bytes;
  padding_ = (tar::kBlock - left_ % tar::kBlock) % tar::kBlock;
  return entry;
}

/// The next header; false at the end mark.
bool TarReader::nextHeader(tar::Header& header) {
  if (!block(header)) refuse(last_, "is followed by no end mark");
  if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; })) {
    requireEnd();
    return false;
  }
  if (tar::numberIn(header, tar::kSum) != tar::sumOf(header)) {
    refuse(last_, "is followed by a damaged header");
  }
  return true;
}

TarReader::Records TarReader::extension(const tar::Header& header) {
  const auto bytes = tar::numberIn(header, tar::kSize);
  if (!bytes || *bytes > kLongestExtension) refuse(last_, "is followed by too long a pax header");
  auto records = recordsIn(text(*bytes));
  if (!records) refuse(last_, "is followed by a damaged pax header");
  return *records;
}

TarEntry TarReader::entryFrom(const tar::Header& header, const Records& more) const {
  const auto text = [&](const char* key, tar::Field field) {
    const auto found = more.find(key);
    return found == more.end() ? tar::textIn(header, field) : found->second;
  };
  const auto number = [&](const char* key, tar::Field field) -> std::optional<std::int64_t> {
    const auto found = more.find(key);
    if (found == more.end()) {
      const auto plain = tar::numberIn(header, field);
      return plain ? std::optional(static_cast<std::int64_t>(*plain)) : std::nullopt;
    }
    std::int64_t value = 0;
    const char* end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
  };
  TarEntry entry;
  entry.path = text("path", tar::kName);
  const auto need = [&](std::optional<std::int64_t> value, const char* what) {
    if (!value) refuse(entry.path, std::string("has no ") + what);
    return *value;
  };
  const char type = header[tar::kType.at];
  ports::FileInfo& info = entry.info;
  info.type = typeOf(type);
  info.mode = static_cast<unsigned>(tar::numberIn(header, tar::kMode).value_or(0)) &
              restorableBits(info.type);
  info.owner = static_cast<unsigned>(need(number("uid", tar::kOwner), "owner"));
  info.group = static_cast<unsigned>(need(number("gid", tar::kGroup), "group"));
  info.owner_name = text("uname", tar::kOwnerName);
  info.group_name = text("gname", tar::kGroupName);
  info.changed = core::Time(std::chrono::seconds(need(number("mtime", tar::kChanged), "time")));
  const std::int64_t bytes = need(number("size", tar::kSize), "size");
  // Other programs end the name of a folder with a slash.
  if (type == tar::kFolderType && entry.path.ends_with('/')) entry.path.pop_back();
  if (bytes < 0 || (bytes > 0 && type != tar::kFileType)) refuse(entry.path, "has a wrong size");
  info.bytes = static_cast<std::uint64_t>(bytes);
  info.name = entry.path.substr(entry.path.rfind('/') + 1);
  if (type == tar::kLinkType) entry.target = text("linkpath", tar::kLink);
  if (!tar::textIn(header, tar::kPrefix).empty()) refuse(entry.path, "has a prefix");
  return entry;
}

/// Two blocks of zeros, and nothing but zeros behind them.
void TarReader::requireEnd() {
  tar::Header header{};
  while (block(header)) {
    if (std::any_of(header.begin(), header.end(), [](char c) { return c != '\0'; })) {
      refuse(last_, "is followed by something behind the end mark");
    }
  }
}

std::string TarReader::rootOf(const std::string& path) const {
  for (const std::string& root : roots_) {
    if (path == root || isWithin(root, path)) return root;
  }
  return {};
}

void TarReader::judge(const TarEntry& entry) {
  const std::string& path = entry.path;
  if (!isPlain(path)) refuse(path, "is no name below a folder");
  if (entry.info.type == ports::FileType::other) refuse(path, "is neither file, folder nor link");
  const std::string root = rootOf(path);
  if (root.empty()) refuse(path, "belongs to none of the set's folders");
  if (!last_.empty() && !comesBefore(last_, path)) refuse(path, "is out of order, or there twice");
  while (!open_folders_.empty() && !isWithin(open_folders_.back(), path)) open_folders_.pop_back();
  const bool has_folder =
      !open_folders_.empty() && open_folders_.back() == path.substr(0, path.rfind('/'));
  if (path != root && !has_folder) refuse(path, "has no folder in front of it");
  if (entry.info.type == ports::FileType::link && !staysInside(root, path, entry.target)) {
    refuse(path,
           fmt::format("is a link that leads out of its tree: {}", core::printable(entry.target)));
  }
  if (entry.info.type == ports::FileType::folder) open_folders_.push_back(path);
  last_ = path;
}

void TarReader::refuse(const std::string& path, const std::string& why) const {
  throw core::Error(
      core::Kind::corrupt,
      fmt::format("{}: {} {}", name_, path.empty() ? "its beginning" : core::printable(path), why));
}

}  // namespace backup
