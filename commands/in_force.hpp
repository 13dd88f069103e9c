#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "lib/config/config.hpp"
#include "lib/core/check.hpp"

namespace commands {

/// The instances that are in force, for verbs that look at all of them: configured ones, or what
/// looking around finds, with what that could not find out.
struct InForce {
  config::Config config;
  bool discovered = false;
  std::vector<core::CheckResult> gaps;  // of looking around

  /// "/etc/sotctl/sotctl.toml", or that there is none.
  std::string source() const;
  /// The gaps that looking at each instance does not tell again.
  std::vector<core::CheckResult> otherGaps() const;
};

/// Only the one of --instance, if it is given. Errors: not_found (nothing at all, or not that one),
/// those of loading a configuration.
InForce inForce(Context& context);

}  // namespace commands
