#include "commands/sets.hpp"

#include <fmt/format.h>

#include "lib/core/moment.hpp"

namespace commands {

void bindSet(Arguments& arguments, SetOptions& options) {
  arguments.positional("SET", options.set, "id of the set, or a beginning that fits only one");
  arguments.flag("--newest", options.newest, "the newest good set");
  arguments.option("--before", "TIME", options.before,
                   "the newest good set of a moment before: 2026-11-21T04:00 (this host's time "
                   "zone) or 2026-11-21T03:00Z");
}

backup::StoredSet chosenSet(Context& context, backup::Store& store, const SetOptions& options) {
  backup::Choice choice{options.set, options.newest, std::nullopt};
  if (options.before) choice.before = core::parseMoment(*options.before);
  const backup::Chosen chosen = backup::choose(store, choice);
  if (choice.before) {
    context.out().note(fmt::format("newest good set from before {}: {}, taken {}",
                                   core::formatBoth(*choice.before), chosen.set.id,
                                   core::formatBoth(chosen.set.manifest->taken())));
  }
  if (options.newest) {
    context.out().note(fmt::format("newest good set: {}, taken {}", chosen.set.id,
                                   core::formatBoth(chosen.set.manifest->taken())));
  }
  for (const backup::StoredSet& set : chosen.passed_over) {
    context.out().warn(fmt::format("newer, and passed over: set {}: {}", set.id, set.broken));
  }
  return chosen.set;
}

}  // namespace commands
