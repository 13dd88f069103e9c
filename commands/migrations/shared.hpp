#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "lib/core/json.hpp"
#include "lib/migrations/path.hpp"

namespace commands::migrations_shared {

/// Where code or rows are to be taken from, as a person says it.
struct Said {
  std::string where;    // "" is the instance
  std::string product;  // --product; "" is not said
};

/// The product that is meant: --product, else that of -i or of the only configured instance, else
/// NetBox.
config::Product productOf(Context& context, const std::string& product);

/// The code of a release by number, of a tree's folder, or of the instance.
/// Errors: not_found (no such release: the nearest are named; no such tree), as readCode.
migrations::Code codeOf(Context& context, const Said& said);

/// The rows of the instance's database ("", "database"), of a dump, set or list, or those that a
/// release or a tree leaves behind.
migrations::Start startOf(Context& context, const Said& said);

/// "dcim.0001_initial" for each.
core::Json toJson(const std::vector<migrations::Key>& keys);
core::Json toJson(const std::vector<migrations::Problem>& problems);

}  // namespace commands::migrations_shared
