#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
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

/// Sequences whose next value is no larger than what their column has already. Asks the sequences
/// themselves: pg_sequences shows no value for one that setval(…, false) has set.
constexpr const char* kBehind = R"(
WITH owned AS (
  SELECT s.oid::regclass::text AS seq, n.nspname AS space, t.relname AS tab, a.attname AS col
  FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  WHERE s.relkind = 'S' AND t.relkind IN ('r', 'p') AND n.nspname = 'public'),
read AS (
  SELECT owned.*, (xpath('/row/v/text()', query_to_xml(format(
           'SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS v FROM %s', seq),
           false, true, '')))[1]::text::bigint AS last,
         (xpath('/row/m/text()', query_to_xml(format('SELECT max(%I) AS m FROM %I.%I', col, space, tab),
           false, true, '')))[1]::text::bigint AS largest
  FROM owned)
SELECT seq, last, tab || '.' || col AS owner, largest FROM read WHERE largest > last ORDER BY seq)";

checks::CheckResult askSequences(const Site& site) {
  const auto session = database::Database(site.world, site.instance).application();
  const auto rows = session->query(kBehind);
  std::vector<std::string> behind;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    behind.push_back(fmt::format("{} stands at {}, and {} goes up to {}", rows.text(row, "seq"),
                                 rows.text(row, "last"), rows.text(row, "owner"),
                                 rows.text(row, "largest")));
  }
  return told("sequences", behind, "none stands before its table", Outcome::fail,
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
