#include "lib/backup/tar_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace backup::tar {

bool fits(Field field, std::string_view text) { return text.size() <= field.size; }

bool fits(Field field, std::uint64_t number) {
  return fmt::format("{:o}", number).size() < field.size;
}

void put(Header& header, Field field, std::string_view text) {
  std::copy_n(text.data(), std::min(text.size(), field.size), header.data() + field.at);
}

void putNumber(Header& header, Field field, std::uint64_t number) {
  put(header, field, fmt::format("{:0{}o}", fits(field, number) ? number : 0, field.size - 1));
}

std::string textIn(const Header& header, Field field) {
  const char* begin = header.data() + field.at;
  return {begin, std::find(begin, begin + field.size, '\0')};
}

std::optional<std::uint64_t> numberIn(const Header& header, Field field) {
  std::string digits = textIn(header, field);
  digits.erase(digits.find_last_not_of(' ') + 1);
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, 8);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::uint64_t sumOf(const Header& header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool own = i >= kSum.at && i < kSum.at + kSum.size;
    sum += own ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

}  // namespace backup::tar
