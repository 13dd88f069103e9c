#include "lib/dump/zip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace dump {
namespace {

constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kMostMembers = 100000;
constexpr std::uint64_t kMostContent = std::uint64_t{8} << 20U;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw core::Error(core::Kind::corrupt, fmt::format("{} is no whole archive: {}", name, what));
}

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t count,
                     const std::string& name) {
  if (at + count > bytes.size()) refuse(name, fmt::format("it ends at byte {}", bytes.size()));
  std::uint32_t value = 0;
  for (std::size_t i = count; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

std::string_view part(std::string_view bytes, std::size_t at, std::size_t count,
                      const std::string& name) {
  if (at > bytes.size() || count > bytes.size() - at) {
    refuse(name, fmt::format("it ends at byte {}", bytes.size()));
  }
  return bytes.substr(at, count);
}

std::string inflated(std::string_view packed, const ZipMember& member, const std::string& name) {
  std::string text(member.bytes, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
    throw core::Error(core::Kind::unexpected, "zlib could not be set up");
  }
  // zlib's interface takes no const, and changes nothing.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());  // NOLINT: zlib's type of a byte
  stream.avail_out = static_cast<uInt>(text.size());
  const int ended = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (ended != Z_STREAM_END || stream.total_out != member.bytes) {
    refuse(name, core::printable(member.name) + " can't be unpacked");
  }
  return text;
}

}  // namespace

std::vector<ZipMember> zipMembers(std::string_view archive, const std::string& name) {
  const auto end = archive.rfind("PK\x05\x06");
  if (end == std::string_view::npos || end + kEndBytes > archive.size()) {
    refuse(name, "it has no list of its members");
  }
  const std::size_t count = number(archive, end + 10, 2, name);
  std::size_t at = number(archive, end + 16, 4, name);
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < std::min(count, kMostMembers); ++i) {
    if (part(archive, at, 4, name) != "PK\x01\x02") refuse(name, "a member is not in its list");
    ZipMember one;
    one.method = number(archive, at + 10, 2, name);
    one.checksum = number(archive, at + 16, 4, name);
    one.packed = number(archive, at + 20, 4, name);
    one.bytes = number(archive, at + 24, 4, name);
    one.offset = number(archive, at + 42, 4, name);
    const std::size_t length = number(archive, at + 28, 2, name);
    one.name = part(archive, at + kEntryBytes, length, name);
    at += kEntryBytes + length + number(archive, at + 30, 2, name) +
          number(archive, at + 32, 2, name);
    members.push_back(std::move(one));
  }
  return members;
}

std::string zipContent(std::string_view archive, const ZipMember& member, const std::string& name) {
  if (member.bytes > kMostContent) {
    refuse(name, fmt::format("{} has {} bytes", core::printable(member.name), member.bytes));
  }
  const auto at = static_cast<std::size_t>(member.offset);
  if (part(archive, at, 4, name) != "PK\x03\x04") refuse(name, "a member is not in its place");
  const std::size_t content =
      at + kLocalBytes + number(archive, at + 26, 2, name) + number(archive, at + 28, 2, name);
  const std::string_view packed = part(archive, content, member.packed, name);
  if (member.method != 0 && member.method != 8) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} in {} is packed by method {}, which is not read here",
                                  core::printable(member.name), name, member.method));
  }
  std::string text = member.method == 0 ? std::string(packed) : inflated(packed, member, name);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(text.data()),  // NOLINT: zlib's type
                         static_cast<uInt>(text.size()));
  if (sum != member.checksum) {
    refuse(name, core::printable(member.name) + " has another checksum");
  }
  return text;
}

}  // namespace dump
