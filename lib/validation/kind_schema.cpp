#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/database/sequences.hpp"
#include "lib/schema/live.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

schema::Schema live(const Site& site) {
  const auto session = database::Database(site.world, site.instance).application();
  return schema::liveSchema(*session, site.instance.database.name, false);
}

checks::CheckResult told(const char* subject, const std::vector<std::string>& wrong,
                         const std::string& well, Outcome bad, const char* hint) {
  core::CheckResult result{{}, subject, wrong.empty() ? Outcome::pass : bad, {}, {}, {}};
  result.found = wrong.empty() ? well : someOf(wrong);
  if (!wrong.empty()) result.hint = hint;
  return {result, {{"wrong", static_cast<double>(wrong.size()), "", "", "0", "0", ""}}};
}

checks::CheckResult askSequences(const Site& site) {
  const auto session = database::Database(site.world, site.instance).application();
  return told("sequences", database::behindInWords(database::sequenceStates(*session)),
              "none stands before its table", Outcome::fail,
              "The next insert fails: `manage.py sqlsequencereset` prints what mends it.");
}

checks::CheckResult askCollations(const Site& site) {
  return told("collations", schema::collationsChanged(live(site)),
              "all have the version that the indexes were made with", Outcome::fail,
              "Indexes on text may be wrong: REINDEX, then ALTER … REFRESH VERSION.");
}

}  // namespace

void addSchema(checks::Kinds& kinds, const Site& site) {
  kinds.add("sequences",
            {{}, {}, false, [site](const checks::Arguments&) { return askSequences(site); }});
  kinds.add("collations",
            {{}, {}, false, [site](const checks::Arguments&) { return askCollations(site); }});
}

}  // namespace validation
