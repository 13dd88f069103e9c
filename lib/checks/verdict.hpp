#pragma once

#include <functional>
#include <optional>

#include "lib/checks/item.hpp"

namespace checks {

/// What counts of a finding after the item's own rules: ignored findings (until they expire), the
/// time of grace after a start, a failure that only warns. Says in the result what it did.
void judge(Finished& finished, core::Time now, const std::optional<core::Time>& started);

/// An item that a person does: asked, or skipped (unknown where it is required) with nobody there.
core::CheckResult byHand(const Item& item,
                         const std::function<core::CheckResult(const Item&)>& person);

}  // namespace checks
