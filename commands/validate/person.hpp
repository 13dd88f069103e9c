#pragma once

#include <functional>
#include <map>
#include <string>

#include "commands/context.hpp"
#include "lib/checks/item.hpp"

namespace commands {

/// Asks manual items at the terminal or in --answers, by the id CHECKLIST.ITEM: "yes", "no" or
/// "skip", each with a remark behind a colon if there is one ("yes: seen by two people").
std::function<core::CheckResult(const checks::Item&)> personFor(Context& context,
                                                                const std::string& checklist);

/// Of recorded results those that a person gave.
std::map<std::string, checks::Finished> answers(std::map<std::string, checks::Finished> recorded);

}  // namespace commands
