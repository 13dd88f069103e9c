#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace migrations {

/// "4.2.9", "v3.0", "4.7.0-beta1", "2.0.0rc1", as they are ordered: a pre-release comes before its
/// release, missing parts are 0.
class ReleaseNumber {
 public:
  explicit ReleaseNumber(std::string_view text);
  std::strong_ordering operator<=>(const ReleaseNumber& other) const;
  bool operator==(const ReleaseNumber& other) const { return (*this <=> other) == 0; }
  /// Whether the text was a number at all.
  bool valid() const { return !parts_.empty(); }
  int part(std::size_t place) const { return place < parts_.size() ? parts_[place] : 0; }
  /// "4.2".
  std::string minor() const;

 private:
  std::vector<int> parts_;
  std::string before_;  // "beta1"; empty: a release
};

}  // namespace migrations
