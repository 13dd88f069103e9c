#include "commands/values.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace commands {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::array<Unit, 10> kUnits{{{"", 1},
                                       {"B", 1},
                                       {"kB", 1000},
                                       {"MB", 1000 * 1000},
                                       {"GB", 1000 * 1000 * 1000},
                                       {"TB", 1000ULL * 1000 * 1000 * 1000},
                                       {"KiB", 1ULL << 10U},
                                       {"MiB", 1ULL << 20U},
                                       {"GiB", 1ULL << 30U},
                                       {"TiB", 1ULL << 40U}}};

template <typename Number>
std::optional<Number> wholeNumber(std::string_view text) {
  Number number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<int> parseNumber(std::string_view text) { return wholeNumber<int>(text); }

std::optional<std::uint64_t> parseSize(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  const auto number = wholeNumber<std::uint64_t>(text.substr(0, digits));
  if (!number) return std::nullopt;
  const std::string_view name = digits == std::string_view::npos ? "" : text.substr(digits);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / unit.bytes) return std::nullopt;
    return *number * unit.bytes;
  }
  return std::nullopt;
}

}  // namespace commands
