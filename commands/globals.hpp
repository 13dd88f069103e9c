#pragma once

#include <map>
#include <string>

#include "commands/context.hpp"
#include "commands/syntax.hpp"

namespace commands {

/// Binds the options that every command takes.
void bindGlobals(Syntax& syntax, Globals& globals);

/// Sets what SOTCTL_CONFIG, SOTCTL_INSTANCE, SOTCTL_OUTPUT, SOTCTL_COLOR, SOTCTL_REASON,
/// SOTCTL_TASK and SOTCTL_TIMEOUT say; options that are parsed afterwards win. No variable answers
/// a question or accepts a refusal. Errors: usage for a value that the option would refuse.
void applyEnvironment(const std::map<std::string, std::string>& environment, Globals& globals);

/// Names of the variables that applyEnvironment() reads.
std::vector<std::string> environmentNames();

}  // namespace commands
