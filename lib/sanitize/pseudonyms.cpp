#include "lib/sanitize/pseudonyms.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>

namespace sanitize {
namespace {

constexpr std::size_t kCacheSlots = 8192;
constexpr std::string_view kSafeDomain = ".invalid";  // RFC 2606: never resolves
constexpr std::size_t kLongestEmail = 254;

struct Named {
  std::string_view name;
  Format format;
};
constexpr std::array<Named, 11> kNames{{{"text", Format::text},
                                        {"hostname", Format::hostname},
                                        {"email", Format::email},
                                        {"mac", Format::mac},
                                        {"mac-keep-vendor", Format::mac_vendor},
                                        {"wwn", Format::wwn},
                                        {"ip", Format::ip},
                                        {"prefix", Format::prefix},
                                        {"asn", Format::asn},
                                        {"rd", Format::rd},
                                        {"coordinate", Format::coordinate}}};

std::string derive(std::string_view key, std::string_view purpose) {
  return core::hmacSha256(key, "sotctl sanitize 1: " + std::string(purpose));
}

bool isDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  if (!isDigits(text)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void append(std::uint64_t value, std::string& to) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  to.append(digits.data(), end);
}

struct Range {
  std::uint64_t first;
  std::uint64_t last;
};
// RFC 6996 and IANA's registry: what is private stays private, and the reserved ones stay.
constexpr std::array<Range, 4> kAsnRanges{
    {{1, 64495}, {64512, 65534}, {65552, 4199999999}, {4200000000, 4294967294}}};

}  // namespace

std::optional<Format> formatNamed(std::string_view name) {
  for (const Named& named : kNames) {
    if (named.name == name) return named.format;
  }
  return std::nullopt;
}

const char* formatName(Format format) {
  for (const Named& named : kNames) {
    if (named.format == format) return named.name.data();
  }
  return "text";
}

std::optional<std::uint64_t> parseHardwareAddress(std::string_view text, std::size_t digits) {
  std::uint64_t value = 0;
  std::size_t count = 0;
  for (const char c : text) {
    if (c == ':' || c == '-' || c == '.') continue;
    int digit = 0;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = (c | 0x20) - 'a' + 10;
    } else {
      return std::nullopt;
    }
    if (++count > digits) return std::nullopt;
    value = value << 4 | static_cast<std::uint64_t>(digit);
  }
  if (count != digits) return std::nullopt;
  return value;
}

Pseudonyms::Pseudonyms(std::string_view key)
    : text_(derive(key, "text")),
      numbers_(derive(key, "numbers")),
      bits_(derive(key, "addresses")),
      cache_(kCacheSlots) {}

void Pseudonyms::apply(Format format, std::string_view value, std::string& to) {
  if (value.empty()) return;
  constexpr std::size_t kLongest = std::tuple_size_v<decltype(Remembered::value)>;
  if (value.size() > kLongest) {
    make(format, value, to);
    return;
  }
  // The same names come again and again in a change log.
  Remembered& slot =
      cache_[(std::hash<std::string_view>()(value) + static_cast<std::size_t>(format)) %
             kCacheSlots];
  if (slot.value_bytes == value.size() && slot.format == format &&
      std::memcmp(slot.value.data(), value.data(), value.size()) == 0) {
    to.append(slot.result.data(), slot.result_bytes);
    return;
  }
  const std::size_t before = to.size();
  make(format, value, to);
  const std::size_t bytes = to.size() - before;
  if (bytes > slot.result.size()) return;
  slot.format = format;
  slot.value_bytes = static_cast<std::uint8_t>(value.size());
  slot.result_bytes = static_cast<std::uint8_t>(bytes);
  std::memcpy(slot.value.data(), value.data(), value.size());
  std::memcpy(slot.result.data(), to.data() + before, bytes);
}

void Pseudonyms::make(Format format, std::string_view value, std::string& to) {
  bool done = false;
  switch (format) {
    case Format::text:
      break;
    case Format::hostname:
      hostname(value, to);
      return;
    case Format::email:
      email(value, to);
      return;
    case Format::mac:
      done = hardware(value, 12, false, to);
      break;
    case Format::mac_vendor:
      done = hardware(value, 12, true, to);
      break;
    case Format::wwn:
      done = hardware(value, 16, false, to);
      break;
    case Format::ip:
      done = address(value, false, to);
      break;
    case Format::prefix:
      done = address(value, true, to);
      break;
    case Format::asn:
      done = asn(value, to);
      break;
    case Format::rd:
      done = routeDistinguisher(value, to);
      break;
    case Format::coordinate:
      done = coordinate(value, to);
      break;
  }
  if (!done) text_.apply(value, to);
}

void Pseudonyms::hostname(std::string_view value, std::string& to) {
  while (true) {
    const std::size_t dot = value.find('.');
    text_.apply(value.substr(0, dot), to);
    if (dot == std::string_view::npos) return;
    to += '.';
    value.remove_prefix(dot + 1);
  }
}

void Pseudonyms::email(std::string_view value, std::string& to) {
  const std::size_t before = to.size();
  if (value.ends_with(kSafeDomain)) {
    // Once more than the others, so that the copy of a copy meets nothing else.
    std::string once;
    text_.apply(value.substr(0, value.size() - kSafeDomain.size()), once);
    text_.apply(once, to);
  } else {
    text_.apply(value, to);
  }
  if (to.size() - before + kSafeDomain.size() <= kLongestEmail) to.append(kSafeDomain);
}

bool Pseudonyms::hardware(std::string_view value, std::size_t digits, bool keep_vendor,
                          std::string& to) {
  const auto parsed = parseHardwareAddress(value, digits);
  if (!parsed) return false;
  std::uint64_t result = 0;
  if (digits == 16) {  // the first digit says what kind of name it is
    constexpr std::uint64_t kRest = std::uint64_t{1} << 60;
    result = (*parsed & ~(kRest - 1)) | numbers_.apply(*parsed & (kRest - 1), kRest, 16);
  } else if (keep_vendor) {
    result = (*parsed & ~0xffffffULL) | numbers_.apply(*parsed & 0xffffff, 1 << 24, *parsed >> 24);
  } else {
    // The two lowest bits of the first byte mean group and local: 46 others are permuted.
    const std::uint64_t high = *parsed >> 42;
    const std::uint64_t kept = *parsed >> 40 & 3;
    const std::uint64_t rest = (high << 40) | (*parsed & 0xffffffffffULL);
    const std::uint64_t moved = numbers_.apply(rest, std::uint64_t{1} << 46, 12);
    result = (moved >> 40) << 42 | kept << 40 | (moved & 0xffffffffffULL);
  }
  const bool lower = std::any_of(value.begin(), value.end(), [](char c) { return c >= 'a'; });
  const bool upper =
      std::any_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  const char* const table = upper && !lower ? "0123456789ABCDEF" : "0123456789abcdef";
  std::size_t left = digits;
  for (const char c : value) {
    if (c == ':' || c == '-' || c == '.') {
      to += c;
    } else {
      to += table[result >> (4 * --left) & 15];
    }
  }
  return true;
}

bool Pseudonyms::asn(std::string_view value, std::string& to) {
  const auto parsed = number(value);
  if (!parsed) return false;
  for (const Range& range : kAsnRanges) {
    if (*parsed < range.first || *parsed > range.last) continue;
    append(range.first + numbers_.apply(*parsed - range.first, range.last - range.first + 1, 1),
           to);
    return true;
  }
  to.append(value);  // reserved: says nothing of anybody
  return true;
}

bool Pseudonyms::routeDistinguisher(std::string_view value, std::string& to) {
  const std::size_t colon = value.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view head = value.substr(0, colon);
  const std::size_t before = to.size();
  if (!asn(head, to) && !address(head, false, to)) {
    to.resize(before);
    return false;
  }
  to += ':';
  const std::string_view tail = value.substr(colon + 1);
  const auto count = number(tail);
  if (!count || tail.size() > 9 || (tail.size() > 1 && tail[0] == '0')) {
    text_.apply(tail, to);
    return true;
  }
  // As many digits as before, the first of them not zero.
  std::uint64_t first = 1;
  for (std::size_t i = 1; i < tail.size(); ++i) first *= 10;
  if (tail.size() == 1) first = 0;
  const std::uint64_t size = tail.size() == 1 ? 10 : first * 9;
  append(first + numbers_.apply(*count - first, size, 2), to);
  return true;
}

bool Pseudonyms::coordinate(std::string_view value, std::string& to) {
  const bool negative = value.starts_with('-');
  const std::string_view digits = negative ? value.substr(1) : value;
  const std::size_t dot = digits.find('.');
  const std::string_view whole = digits.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? "" : digits.substr(dot + 1);
  if (!isDigits(whole) || whole.size() > 3 || (!part.empty() && !isDigits(part)) ||
      part.size() > 12) {
    return false;
  }
  std::uint64_t unit = 1;
  for (std::size_t i = 0; i < part.size(); ++i) unit *= 10;
  const auto at = static_cast<std::int64_t>(*number(whole) * unit + number(part).value_or(0));
  // About ten kilometres around, the same for the same place, never none.
  const std::uint64_t reach = std::max<std::uint64_t>(unit / 10, 1);
  const std::uint64_t noise = numbers_.noise(static_cast<std::uint64_t>(at) * 2 + negative, unit);
  const auto step =
      static_cast<std::int64_t>(reach / 5 + noise % (reach - reach / 5) + (unit == 1));
  // Inwards: a latitude of 90 degrees is the last one.
  const std::int64_t moved = at > step ? at - step : at + step;
  if (negative) to += '-';
  append(static_cast<std::uint64_t>(moved) / unit, to);
  if (!part.empty()) {
    std::string decimals;
    append(static_cast<std::uint64_t>(moved) % unit, decimals);
    to += '.';
    to.append(part.size() - decimals.size(), '0');
    to.append(decimals);
  }
  return true;
}

void naturalize(std::string_view value, std::size_t longest, std::string& to) {
  std::string padded;
  for (std::size_t at = 0; at < value.size();) {
    std::size_t end = at;
    while (end < value.size() && value[end] >= '0' && value[end] <= '9') ++end;
    if (end == at) {
      padded += value[at++];
      continue;
    }
    if (end - at < 8) padded.append(8 - (end - at), '0');
    padded.append(value.substr(at, end - at));
    at = end;
  }
  to.append(padded, 0, longest);
}

}  // namespace sanitize
