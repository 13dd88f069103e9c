#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/inventory.hpp"
#include "lib/migrations/left_over.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;
using migrations::Fit;

migrations::Code codeOf(const Site& site) {
  const auto& instance = site.instance;
  if (instance.root.empty()) {
    throw core::Error(core::Kind::undetermined, "the code is not known: the instance has no root",
                      fmt::format("Set root in [instance.{}].", instance.name));
  }
  return migrations::readCode(
      site.world.files, {instance.root, instance.product, instance.settings, instance.interpreter});
}

std::string words(const std::vector<migrations::Key>& keys) {
  std::vector<std::string> all;
  for (const auto& key : keys) all.push_back(key.inWords());
  return someOf(all, 3);
}

Outcome outcomeOf(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return Outcome::pass;
    case Fit::database_newer:
    case Fit::code_newer:
    case Fit::can_not_upgrade:
      return Outcome::fail;
    case Fit::unknown:
      break;
  }
  return Outcome::unknown;
}

/// Which migrations are applied, which the code still has, and which it does not know: Django's own
/// `migrate --check` does not see the last, and writes when nothing is pending.
checks::CheckResult askMigrations(const Site& site) {
  const auto code = codeOf(site);
  const auto session = database::Database(site.world, site.instance).application();
  const auto verdict = migrations::judgeFit(
      migrations::appliedInDatabase(*session, site.instance.database.name), code);
  core::CheckResult result{{}, "migrations", outcomeOf(verdict.fit), verdict.found, {}, {}};
  if (verdict.fit == Fit::code_newer) {
    result.found += ": " + words(verdict.pending);
    result.hint =
        "`manage.py migrate` applies them; `sotctl migrations path` tells whether it can.";
  }
  if (verdict.fit == Fit::database_newer) {
    result.found += ": " + words(verdict.newer);
    result.hint = "This code must not serve this database: install the newer release.";
  }
  if (verdict.fit == Fit::unknown && !verdict.reasons.empty())
    result.hint = verdict.reasons.front();
  return {result,
          {{"pending", static_cast<double>(verdict.pending.size()), "", "", "0", "0", ""},
           {"newer", static_cast<double>(verdict.newer.size()), "", "", "0", "0", ""}}};
}

/// Names that pending migrations would make and that are there already: they would stop half way.
checks::CheckResult askLeftOvers(const Site& site) {
  const auto code = codeOf(site);
  const auto session = database::Database(site.world, site.instance).application();
  migrations::Start start;
  start.applied = migrations::appliedInDatabase(*session, site.instance.database.name);
  start.name = start.applied->from;
  start.rows = start.applied->keys();
  auto verdict = migrations::findPath(start, code);
  const auto names = migrations::namesOnTheWay(verdict, code);
  migrations::addLeftOvers(migrations::namesThere(*session, names), verdict);
  std::vector<std::string> found;
  for (const auto& hazard : verdict.direct.hazards) {
    if (hazard.kind == migrations::Hazard::Kind::left_over_name) found.push_back(hazard.words);
  }
  core::CheckResult result{{}, "left-over names", Outcome::pass, {}, {}, {}};
  result.found = verdict.direct.pending.empty() ? "no migration is pending that could meet one"
                                                : "none is in the way of the pending migrations";
  if (!found.empty()) {
    result.outcome = Outcome::fail;
    result.found = someOf(found);
    result.hint = "Drop or rename them before `migrate`: it would stop in the middle.";
  }
  return result;
}

}  // namespace

void addMigrations(checks::Kinds& kinds, const Site& site) {
  kinds.add("migrations",
            {{}, {}, false, [site](const checks::Arguments&) { return askMigrations(site); }});
  kinds.add("left-overs",
            {{}, {}, false, [site](const checks::Arguments&) { return askLeftOvers(site); }});
}

}  // namespace validation
