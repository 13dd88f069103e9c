#include "lib/backup/choice.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

Chosen newestGood(Store& store, const std::optional<core::Time>& before) {
  Chosen chosen;
  std::string oldest;
  for (StoredSet& set : store.list()) {
    if (!set.good()) {
      chosen.passed_over.push_back(std::move(set));
      continue;
    }
    oldest = fmt::format("{} ({})", set.id, core::formatLocal(set.manifest->taken()));
    if (before && set.manifest->taken() >= *before) {
      // What lies between it and the one that is looked for counts, not what is newer.
      chosen.passed_over.clear();
      continue;
    }
    chosen.set = std::move(set);
    return chosen;
  }
  if (!before || oldest.empty()) chosen.set = store.newest();  // says what is there instead
  throw core::Error(
      core::Kind::not_found,
      fmt::format("no good backup set from before {} ({}) in {}", core::formatLocal(*before),
                  core::formatUtc(*before), store.folder()),
      fmt::format("The oldest good one is {}.", oldest));
}

}  // namespace

Chosen choose(Store& store, const Choice& choice) {
  const int given = (choice.set ? 1 : 0) + (choice.newest ? 1 : 0) + (choice.before ? 1 : 0);
  if (given > 1) {
    throw core::Error(core::Kind::usage, "a set, --newest and --before exclude each other",
                      "Keep one of them; `sotctl backup list` shows the sets.");
  }
  if (given == 0) {
    throw core::Error(core::Kind::usage, "no set is named",
                      "Name one, or use --newest or --before. List them with: sotctl backup list");
  }
  if (choice.set) return {store.find(*choice.set), {}};
  return newestGood(store, choice.before);
}

}  // namespace backup
