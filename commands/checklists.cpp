#include "commands/checklists.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/kinds.hpp"
#include "lib/validation/kinds.hpp"

namespace commands {

void bindChecklist(Arguments& arguments, ChecklistOptions& options) {
  arguments.option("--path", "DIR", options.folders,
                   "look for checklists here instead of /etc/sotctl/checklists; repeatable");
  arguments.option("--set", "NAME=VALUE", options.set,
                   "value of a parameter of the checklist; repeatable");
}

runbook::Shelf shelf(Context& context, const ChecklistOptions& options) {
  std::vector<std::string> folders;
  for (const std::string& folder : options.folders) {
    folders.push_back(context.world().caller.absolute(folder));
  }
  return {context.world(), runbook::shelfFolders(folders, context.xdgConfigHome())};
}

std::map<std::string, std::string> parameters(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> values;
  for (const std::string& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw core::Error(core::Kind::usage,
                        fmt::format("--set can't be '{}'", core::printable(pair)),
                        "Give a name and a value: --set release=4.2.9.");
    }
    values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return values;
}

config::Outside outsideOf(Context& context, const config::Instance& instance) {
  const auto& config = context.config();
  if (!config || config->file.empty()) return {};
  return config::readOutside(context.world().files.read(config->file), config->file, instance.name);
}

runbook::Runbook checklistFor(Context& context, const config::Instance& instance,
                              const std::string& name, const ChecklistOptions& options) {
  runbook::Runbook found = shelf(context, options).find(name);
  runbook::keepProduct(found, instance.product);
  const config::Outside outside = outsideOf(context, instance);
  return runbook::filled(std::move(found), runbook::variablesOf(context.world(), instance, outside),
                         parameters(options.set), outside.parameters);
}

void registerCheckKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                        const config::Outside& outside, const std::string& state) {
  validation::registerKinds(kinds, world, instance, outside, state);
  snapshot::registerKinds(kinds, world, instance, outside, state);
}

checks::Register checkKinds(Context& context, const config::Instance& instance) {
  const std::string state = context.stateFolder();
  const config::Outside outside = outsideOf(context, instance);
  return [&instance, outside, state](checks::Kinds& kinds, ports::World& world) {
    registerCheckKinds(kinds, world, instance, outside, state);
  };
}

}  // namespace commands
