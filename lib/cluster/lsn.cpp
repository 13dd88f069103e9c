#include "lib/cluster/lsn.hpp"

#include <fmt/format.h>

#include <charconv>

namespace cluster {
namespace {

// A record begins at a multiple of eight bytes; it goes on behind the head of the next page, which
// is longer in the first page of a segment (PostgreSQL 12 to 17: access/xlog_internal.h).
constexpr std::uint64_t kPageHead = 24;
constexpr std::uint64_t kFirstPageHead = 40;

std::optional<std::uint32_t> half(std::string_view digits) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value, 16);
  if (digits.empty() || error != std::errc() || at != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Lsn> Lsn::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = half(text.substr(0, slash));
  const auto low = half(text.substr(slash + 1));
  if (!high || !low) return std::nullopt;
  return Lsn{std::uint64_t{*high} << 32 | *low};
}

Lsn endOfRecord(Lsn start, std::uint64_t length, const LogLayout& layout) {
  std::uint64_t at = start.bytes;
  std::uint64_t left = length;
  while (left > layout.page - at % layout.page) {
    left -= layout.page - at % layout.page;
    at += layout.page - at % layout.page;
    at += at % layout.segment == 0 ? kFirstPageHead : kPageHead;
  }
  return {(at + left + 7) / 8 * 8};
}

std::string Lsn::text() const { return fmt::format("{:X}/{:X}", bytes >> 32, bytes & 0xFFFFFFFFU); }

}  // namespace cluster
