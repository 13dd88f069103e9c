#pragma once

#include <vector>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/finding.hpp"

namespace permissions {

/// Creates, reads back and deletes a file in every folder that a rule's base names, and in the
/// folders right below it, as each user that must write there. Gives a
/// finding for each that fails, or one that all went well.
std::vector<Finding> tryWrites(ports::World& world, const Expectations& expectations);

}  // namespace permissions
