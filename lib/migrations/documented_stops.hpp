#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"

namespace migrations {

/// A stop that the product's upgrade documentation asks for, whether or not the migrations need it.
struct DocumentedStop {
  std::string at;      // newest known release that meets it: "3.7.8"
  std::string before;  // "4.0"
  std::string words;
};

/// Those between two releases, in order; `from` is not asked to stop at itself. Empty where one of
/// the two is no number.
/// Source: docs/installation/upgrading.md of NetBox, user-guide/administration/upgrading of
/// Nautobot.
std::vector<DocumentedStop> documentedStops(config::Product product, const std::string& from,
                                            const std::string& to);

}  // namespace migrations
