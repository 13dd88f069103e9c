#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/snapshot/snapshot.hpp"

namespace snapshot {

/// One difference in words, with what of the snapshot it is about.
struct Difference {
  std::string part;        // "rows"
  std::string words;       // "dcim_device: 100 rows, then 98"
  bool grave = false;      // something is gone that was there
  std::string expected{};  // the reason, where it was expected
};

/// A difference that is meant.
struct Expected {
  std::string part;  // empty: any
  std::string text;  // the words have it
  std::string reason;
  std::optional<core::Time> until{};
};
/// [[expected]] tables: text, reason (needed), part, until ("2027-01-31"). Errors: configuration.
std::vector<Expected> readExpected(const std::string& text, const std::string& file);

struct Diff {
  std::vector<Difference> differences;
  std::vector<std::string> unknown;  // what one of the two does not know
};

/// What is other in `later`. Of two instances what must differ (names, places, ages) is left out.
/// Pure.
Diff compare(const Snapshot& earlier, const Snapshot& later);
/// Sets those apart that are expected.
void setApart(Diff& diff, const std::vector<Expected>& expected, core::Time now);

}  // namespace snapshot
