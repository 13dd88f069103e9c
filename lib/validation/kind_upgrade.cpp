#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// What a step of NetBox's upgrade.sh leaves in the database, as a number that must be 0. The first
/// column must be there for the question to make sense: releases differ.
struct Trace {
  const char* step;
  const char* table;
  const char* column;
  const char* query;
  Outcome bad;
  const char* words;
};
constexpr Trace kTraces[] = {
    {"trace_paths", "dcim_interface", "_path_id",
     "SELECT count(*) AS n FROM dcim_interface WHERE cable_id IS NOT NULL AND _path_id IS NULL",
     Outcome::warn, "interfaces with a cable have no path"},
    {"reindex", "extras_cachedvalue", "value",
     "SELECT CASE WHEN EXISTS (SELECT 1 FROM extras_cachedvalue) OR NOT EXISTS (SELECT 1 FROM "
     "dcim_device) THEN 0 ELSE 1 END AS n",
     Outcome::fail, "the search index is empty"},
    {"clearsessions", "django_session", "expire_date",
     "SELECT count(*) AS n FROM django_session WHERE expire_date < now() - interval '1 day'",
     Outcome::warn, "expired sessions are left"},
};

bool hasColumn(ports::Sql& session, const Trace& trace) {
  return !session
              .query(
                  "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND "
                  "table_name = $1 AND column_name = $2",
                  {trace.table, trace.column})
              .empty();
}

core::CheckResult inDatabase(ports::Sql& session, const Trace& trace) {
  core::CheckResult one{{}, trace.step, Outcome::skip, "this release has nothing to look at",
                        {}, {}};
  if (!hasColumn(session, trace)) return one;
  const auto count = session.query(trace.query).number(0, "n");
  one.outcome = count == 0 ? Outcome::pass : trace.bad;
  one.found = count == 0 ? "" : fmt::format("{} ({})", trace.words, core::formatCount(count));
  if (count > 0) one.hint = fmt::format("`manage.py {}` completes the upgrade.", trace.step);
  return one;
}

/// Static files below ROOT/netbox/static, collected after the release was unpacked.
core::CheckResult collected(const Site& site) {
  core::CheckResult one{{}, "collectstatic", Outcome::fail, {}, {}, {}};
  const std::string folder = site.instance.root + "/netbox/static";
  const auto real = site.world.files.resolve(folder);
  if (!real) {
    one.found = folder + " is not there";
  } else if (site.world.files.list(*real).empty()) {
    one.found = folder + " is empty";
  } else {
    one.outcome = Outcome::pass;
  }
  if (one.outcome == Outcome::fail) one.hint = "`manage.py collectstatic` completes the upgrade.";
  return one;
}

checks::CheckResult askSteps(const Site& site, const checks::Arguments& arguments) {
  if (site.instance.product != config::Product::netbox) {
    return core::CheckResult{{}, "upgrade steps", Outcome::skip, "known of NetBox alone", {}, {}};
  }
  std::vector<core::CheckResult> results;
  const auto session = database::Database(site.world, site.instance).application();
  for (const Trace& trace : kTraces) results.push_back(inDatabase(*session, trace));
  if (!arguments.flag("no_static")) results.push_back(collected(site));
  return combined("upgrade steps", results, "each one that leaves a trace was completed");
}

}  // namespace

void addUpgrade(checks::Kinds& kinds, const Site& site) {
  kinds.add("upgrade-steps", {{}, {"no_static"}, false, [site](const checks::Arguments& arguments) {
                                return askSteps(site, arguments);
                              }});
}

}  // namespace validation
