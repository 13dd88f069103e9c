#include "lib/migrations/migration.hpp"

#include <charconv>

namespace migrations {

std::string Doubt::inWords() const {
  return line == 0 ? path + ": " + what : path + ":" + std::to_string(line) + ": " + what;
}

std::optional<int> numberOf(std::string_view name) {
  int number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  if (read.ec != std::errc() || number < 0) return std::nullopt;
  return number;
}

std::string_view tailOf(std::string_view name) {
  const auto end = name.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos) return name;
  name.remove_prefix(end);
  if (name.starts_with("_")) name.remove_prefix(1);
  return name;
}

}  // namespace migrations
