#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// A zip archive with stored members, as a wheel may be. Layout: APPNOTE.TXT of PKWARE, 4.3.
inline std::string wheel(const std::vector<std::pair<std::string, std::string>>& members) {
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  const auto checksum = [](const std::string& text) {
    std::uint32_t sum = 0xffffffff;
    for (const char c : text) {
      sum ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum % 2 == 1 ? 0xedb88320 : 0);
    }
    return ~sum;
  };
  std::string archive;
  std::string directory;
  for (const auto& [name, content] : members) {
    const auto size = static_cast<std::uint32_t>(content.size());
    // Flags, method, time and date are 0.
    const std::string common = std::string(8, '\0') + number(checksum(content), 4) +
                               number(size, 4) + number(size, 4) +
                               number(static_cast<std::uint32_t>(name.size()), 2) + number(0, 2);
    directory += "PK\x01\x02" + number(20, 2) + number(20, 2) + common + std::string(10, '\0') +
                 number(static_cast<std::uint32_t>(archive.size()), 4) + name;
    archive += "PK\x03\x04" + number(20, 2) + common + name + content;
  }
  const auto count = static_cast<std::uint32_t>(members.size());
  return archive + directory + "PK\x05\x06" + number(0, 4) + number(count, 2) + number(count, 2) +
         number(static_cast<std::uint32_t>(directory.size()), 4) +
         number(static_cast<std::uint32_t>(archive.size()), 4) + number(0, 2);
}
