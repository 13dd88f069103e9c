#include "lib/migrations/release_number.hpp"

#include <algorithm>
#include <charconv>

namespace migrations {

ReleaseNumber::ReleaseNumber(std::string_view text) {
  if (text.starts_with("v")) text.remove_prefix(1);
  while (!text.empty()) {
    int part = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), part);
    if (read.ec != std::errc() || part < 0) break;
    parts_.push_back(part);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.starts_with(".")) break;
    text.remove_prefix(1);
  }
  const auto word = text.find_first_not_of("-.+");
  if (word == std::string_view::npos) return;
  before_ = text.substr(word);
  // "4.2.9-docker" and the like are no pre-releases.
  static constexpr std::string_view kKnown[] = {"a", "b", "rc", "dev", "alpha", "beta"};
  if (std::none_of(std::begin(kKnown), std::end(kKnown),
                   [&](std::string_view one) { return before_.starts_with(one); })) {
    before_.clear();
  }
}

std::strong_ordering ReleaseNumber::operator<=>(const ReleaseNumber& other) const {
  for (std::size_t i = 0; i < std::max(parts_.size(), other.parts_.size()); ++i) {
    if (const auto order = part(i) <=> other.part(i); order != 0) return order;
  }
  if (before_.empty() || other.before_.empty()) {
    return static_cast<int>(before_.empty()) <=> static_cast<int>(other.before_.empty());
  }
  return before_ <=> other.before_;
}

std::string ReleaseNumber::minor() const {
  return std::to_string(part(0)) + "." + std::to_string(part(1));
}

}  // namespace migrations
