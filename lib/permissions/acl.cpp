#include "lib/permissions/acl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "lib/core/error.hpp"

namespace permissions {
namespace {

struct Tag {
  AclTag tag;
  std::uint16_t number;
  const char* word;
};
constexpr std::array kTags{
    Tag{AclTag::owner, 0x01, "user"},  Tag{AclTag::user, 0x02, "user"},
    Tag{AclTag::group, 0x04, "group"}, Tag{AclTag::named_group, 0x08, "group"},
    Tag{AclTag::mask, 0x10, "mask"},   Tag{AclTag::other, 0x20, "other"},
};
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kNoId = 0xffffffff;

std::uint32_t numberAt(std::string_view bytes, std::size_t at, int size) {
  std::uint32_t number = 0;
  for (int i = size - 1; i >= 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return number;
}

void append(std::string& to, std::uint32_t number, int size) {
  for (int i = 0; i < size; ++i) to += static_cast<char>(number >> (8 * i) & 0xff);
}

const Tag& infoOf(AclTag tag) {
  return *std::find_if(kTags.begin(), kTags.end(), [&](const Tag& t) { return t.tag == tag; });
}

bool hasId(AclTag tag) { return tag == AclTag::user || tag == AclTag::named_group; }

}  // namespace

std::vector<AclEntry> parseAcl(std::string_view value) {
  if (value.empty()) return {};
  if (value.size() < 4 || value.size() % 8 != 4 || numberAt(value, 0, 4) != kVersion) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("an ACL of {} bytes is of an unknown form", value.size()));
  }
  std::vector<AclEntry> entries;
  for (std::size_t at = 4; at < value.size(); at += 8) {
    const std::uint32_t number = numberAt(value, at, 2);
    const auto* tag = std::find_if(kTags.begin(), kTags.end(),
                                   [&](const Tag& known) { return known.number == number; });
    if (tag == kTags.end()) {
      throw core::Error(core::Kind::corrupt, fmt::format("an ACL has an unknown tag {}", number));
    }
    entries.push_back(
        {tag->tag, numberAt(value, at + 2, 2), hasId(tag->tag) ? numberAt(value, at + 4, 4) : 0});
  }
  return entries;
}

std::string aclValue(std::vector<AclEntry> entries) {
  if (entries.empty()) return {};
  // The kernel wants them in this order.
  std::sort(entries.begin(), entries.end(), [](const AclEntry& a, const AclEntry& b) {
    return std::pair(infoOf(a.tag).number, a.id) < std::pair(infoOf(b.tag).number, b.id);
  });
  std::string value;
  append(value, kVersion, 4);
  for (const AclEntry& entry : entries) {
    append(value, infoOf(entry.tag).number, 2);
    append(value, entry.rights, 2);
    append(value, hasId(entry.tag) ? entry.id : kNoId, 4);
  }
  return value;
}

std::string rightsInWords(unsigned rights) {
  return std::string{(rights & 4) != 0 ? 'r' : '-', (rights & 2) != 0 ? 'w' : '-',
                     (rights & 1) != 0 ? 'x' : '-'};
}

std::string inWords(const AclEntry& entry) {
  return fmt::format("{}:{}:{}", infoOf(entry.tag).word,
                     hasId(entry.tag) ? std::to_string(entry.id) : "", rightsInWords(entry.rights));
}

}  // namespace permissions
