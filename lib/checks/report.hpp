#pragma once

#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/json.hpp"

namespace checks {

/// One line per result, aligned: outcome, subject, what was found; below it what should be there
/// and the hint, where it is not well.
std::string text(const std::vector<core::CheckResult>& results, bool color);
/// "9 passed, 1 warning, 1 failed, 2 unknown": only what there is.
std::string summary(const std::vector<core::CheckResult>& results);

/// {"id", "subject", "outcome", "found", "wanted", "hint"}; the last two only if they say
/// something.
core::Json toJson(const core::CheckResult& result);
core::Json toJson(const std::vector<core::CheckResult>& results);

/// What toJson() made. Throws core::Json::exception for another shape.
core::CheckResult fromJson(const core::Json& json);

core::Outcome worst(const std::vector<core::CheckResult>& results);
/// 10 if one failed, else 13 if one could not be determined, else 0.
int exitStatus(const std::vector<core::CheckResult>& results);

}  // namespace checks
