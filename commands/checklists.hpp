#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/verb.hpp"
#include "lib/checks/engine.hpp"
#include "lib/runbook/runbook.hpp"

namespace commands {

/// Options that choose a checklist's folder and its parameters.
struct ChecklistOptions {
  std::vector<std::string> folders;
  std::vector<std::string> set;  // NAME=VALUE
};
void bindChecklist(Arguments& arguments, ChecklistOptions& options);

runbook::Shelf shelf(Context& context, const ChecklistOptions& options);

/// What the configuration says of the instance as seen from outside.
config::Outside outsideOf(Context& context, const config::Instance& instance);

/// NAME=VALUE pairs. Errors: usage.
std::map<std::string, std::string> parameters(const std::vector<std::string>& pairs);

/// A checklist for an instance: found, with its variables filled in, without what belongs to the
/// other product.
runbook::Runbook checklistFor(Context& context, const config::Instance& instance,
                              const std::string& name, const ChecklistOptions& options);

/// Registers all kinds of checks that this program has. `world` and `instance` must outlive the
/// registry; `state` is the folder of runs and snapshots.
void registerCheckKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                        const config::Outside& outside, const std::string& state);

/// The same, for an engine. `instance` and `context` must outlive it.
checks::Register checkKinds(Context& context, const config::Instance& instance);

}  // namespace commands
