#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "lib/backup/tar.hpp"
#include "lib/backup/tar_header.hpp"

namespace backup {
namespace {

/// One record of a pax header: "LENGTH KEY=VALUE\n", where LENGTH counts its own digits.
std::string paxRecord(const std::string& key, const std::string& value) {
  const std::string rest = fmt::format(" {}={}\n", key, value);
  std::size_t length = rest.size() + 1;
  while (fmt::format("{}", length).size() + rest.size() != length) ++length;
  return fmt::format("{}{}", length, rest);
}

std::int64_t secondsOf(core::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

char typeOf(const TarEntry& entry) {
  switch (entry.info.type) {
    case ports::FileType::file:
      return tar::kFileType;
    case ports::FileType::folder:
      return tar::kFolderType;
    case ports::FileType::link:
      return tar::kLinkType;
    case ports::FileType::other:
      break;
  }
  throw std::logic_error("no archive holds a device");
}

/// What does not fit into the plain header.
std::string extended(const TarEntry& entry, std::uint64_t bytes) {
  std::string records;
  const auto text = [&](tar::Field field, const char* key, const std::string& value) {
    if (!tar::fits(field, value)) records += paxRecord(key, value);
  };
  const auto number = [&](tar::Field field, const char* key, std::int64_t value) {
    if (value < 0 || !tar::fits(field, static_cast<std::uint64_t>(value))) {
      records += paxRecord(key, std::to_string(value));
    }
  };
  text(tar::kName, "path", entry.path);
  text(tar::kLink, "linkpath", entry.target);
  text(tar::kOwnerName, "uname", entry.info.owner_name);
  text(tar::kGroupName, "gname", entry.info.group_name);
  number(tar::kSize, "size", static_cast<std::int64_t>(bytes));
  number(tar::kOwner, "uid", entry.info.owner);
  number(tar::kGroup, "gid", entry.info.group);
  number(tar::kChanged, "mtime", secondsOf(entry.info.changed));
  return records;
}

}  // namespace

void TarWriter::add(const TarEntry& entry) {
  pad();
  const char type = typeOf(entry);
  const std::uint64_t bytes = type == tar::kFileType ? entry.info.bytes : 0;
  if (const std::string records = extended(entry, bytes); !records.empty()) {
    header("pax", {}, tar::kPaxType, records.size());
    content(records);
    pad();
  }
  header(entry.path, entry, type, bytes);
}

void TarWriter::header(const std::string& path, const TarEntry& entry, char type,
                       std::uint64_t bytes) {
  tar::Header block{};
  const auto number = [](std::int64_t value) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  };
  tar::put(block, tar::kName, path);
  tar::putNumber(block, tar::kMode, type == tar::kPaxType ? 0600 : entry.info.mode);
  tar::putNumber(block, tar::kOwner, entry.info.owner);
  tar::putNumber(block, tar::kGroup, entry.info.group);
  tar::putNumber(block, tar::kSize, bytes);
  tar::putNumber(block, tar::kChanged, number(secondsOf(entry.info.changed)));
  tar::put(block, tar::kType, {&type, 1});
  tar::put(block, tar::kLink, entry.target);
  tar::put(block, tar::kMagic,
           std::string_view("ustar\0"
                            "00",
                            8));
  tar::put(block, tar::kOwnerName, entry.info.owner_name);
  tar::put(block, tar::kGroupName, entry.info.group_name);
  tar::put(block, tar::kSum, fmt::format("{:06o}", tar::sumOf(block)) + '\0' + ' ');
  sink_.write({block.data(), block.size()});
}

void TarWriter::content(std::string_view bytes) {
  sink_.write(bytes);
  written_ += bytes.size();
}

/// Content fills whole blocks.
void TarWriter::pad() {
  static constexpr tar::Header kZeros{};
  const std::size_t over = written_ % tar::kBlock;
  if (over != 0) sink_.write({kZeros.data(), tar::kBlock - over});
  written_ = 0;
}

void TarWriter::finish() {
  pad();
  static constexpr std::array<char, 2 * tar::kBlock> kEnd{};
  sink_.write({kEnd.data(), kEnd.size()});
}

bool comesBefore(const std::string& one, const std::string& other) {
  // A slash sorts in front of every other byte, so that a folder's content follows it at once.
  const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(one.begin(), one.end(), other.begin(), other.end(),
                                      [&](char a, char b) { return rank(a) < rank(b); });
}

}  // namespace backup
