#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"

namespace validation {

/// What lies between two releases, for choosing how much an upgrade has to be tested.
struct Upgrade {
  std::string from;  // "4.2.3"
  std::string to;
  bool complex = false;
  std::vector<std::string> reasons{};  // at least one, in words
  std::vector<std::string> notes{};    // addresses of release notes to read, oldest first
  std::string title;                   // for the ticket
  std::vector<std::string> tags{};
};

/// By the numbers and the migrations of both. Errors: not_found (an unknown release, nearest ones),
/// usage (no way forward).
Upgrade judgeUpgrade(config::Product product, const std::string& from, const std::string& to);

core::Json toJson(const Upgrade& upgrade);
/// A section for the ticket.
std::string markdown(const Upgrade& upgrade);

}  // namespace validation
