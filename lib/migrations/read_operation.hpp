#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/migrations/expression.hpp"
#include "lib/migrations/migration.hpp"

namespace migrations {

/// The models that a function of the module fetches; nothing if that can't be seen.
using Touches = std::function<std::optional<std::vector<std::string>>(const std::string& function)>;
/// Takes what could not be read: line and words.
using Doubting = std::function<void(unsigned line, std::string what)>;

/// The operations of a list; items that are not plain calls are doubts.
std::vector<Operation> readOperations(const Expression& list, const Touches& touches,
                                      const Doubting& doubt);

std::string lowered(std::string_view text);

}  // namespace migrations
