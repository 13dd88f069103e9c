#include <fmt/format.h>

#include <cstdlib>
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

// pg_stat_replication shows its lag columns to superusers and pg_monitor alone: PostgreSQL 15,
// 28.2.4; others see the rows with NULL.
constexpr const char* kStandbys =
    "SELECT coalesce(application_name, '') AS name, coalesce(client_addr::text, 'local') AS place, "
    "state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint AS bytes, "
    "extract(epoch FROM coalesce(replay_lag, interval '0'))::float8::text AS seconds "
    "FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 1";

checks::CheckResult askReplication(const Site& site, const checks::Arguments& arguments) {
  const auto limit = arguments.duration("within", std::chrono::seconds(60));
  const int wanted = arguments.number("standbys", 1);
  core::CheckResult result{{}, "replication", Outcome::pass, {}, {}, {}};
  database::Database database(site.world, site.instance);
  const auto session = database.admin();
  if (session->query("SELECT pg_is_in_recovery() AS standby").boolean(0, "standby")) {
    const auto rows = session->query(
        "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE "
        "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8::text "
        "AS seconds");
    const double behind = std::atof(rows.text(0, "seconds").c_str());
    result.found = fmt::format("this standby is {:.1f} s behind", behind);
    if (behind > std::chrono::duration<double>(limit).count()) result.outcome = Outcome::fail;
    return {result,
            {{"delay", behind, "s", "",
              fmt::format("{:.0f}", std::chrono::duration<double>(limit).count()), "0", ""}}};
  }
  const auto rows = session->query(kStandbys);
  std::vector<checks::Measure> measures;
  std::vector<std::string> words;
  int streaming = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string name = core::printable(rows.text(row, "name"));
    if (rows.isNull(row, "state")) {
      result.outcome = core::worse(result.outcome, Outcome::unknown);
      words.push_back(name + ": how far it is may not be seen");
      result.hint = "GRANT pg_monitor to the admin login.";
      continue;
    }
    if (rows.text(row, "state") == "streaming") ++streaming;
    const double seconds = std::atof(rows.text(row, "seconds").c_str());
    words.push_back(
        fmt::format("{} is {}, {:.1f} s behind", name, rows.text(row, "state"), seconds));
    measures.push_back({name, seconds, "s", "",
                        fmt::format("{:.0f}", std::chrono::duration<double>(limit).count()), "0",
                        ""});
    if (seconds > std::chrono::duration<double>(limit).count()) result.outcome = Outcome::fail;
  }
  if (streaming < wanted && result.outcome != Outcome::unknown) {
    result.outcome = Outcome::fail;
    result.wanted = core::plural(wanted, "standby", "standbys") + " streaming";
  }
  result.found = words.empty() ? "no standby is connected" : someOf(words);
  return {result, measures};
}

}  // namespace

void addReplication(checks::Kinds& kinds, const Site& site) {
  kinds.add("replication",
            {{}, {"within", "standbys"}, false, [site](const checks::Arguments& arguments) {
               return askReplication(site, arguments);
             }});
}

}  // namespace validation
