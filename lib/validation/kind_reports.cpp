#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// The newest result of each name in one of the tables that releases keep results in: core_job
/// (NetBox since 3.5), extras_jobresult (before, and Nautobot).
std::string newestResults(ports::Sql& session) {
  const auto columns = session.query(
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = "
      "'public' "
      "AND table_name IN ('core_job', 'extras_jobresult')");
  const auto has = [&](const std::string& table, const std::string& column) {
    for (std::size_t row = 0; row < columns.size(); ++row) {
      if (columns.text(row, "table_name") == table && columns.text(row, "column_name") == column) {
        return true;
      }
    }
    return false;
  };
  for (const char* table : {"core_job", "extras_jobresult"}) {
    if (!has(table, "status")) continue;
    const char* ended = has(table, "completed") ? "completed" : "date_done";
    return fmt::format(
        "SELECT DISTINCT ON (name) name, status, coalesce(to_char({0} AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '') AS ended FROM {1} WHERE name LIKE $1 "
        "ORDER BY name, {0} DESC NULLS LAST",
        ended, table);
  }
  return {};
}

bool good(const std::string& status) {
  return status == "completed" || status == "SUCCESS" || status == "success";
}

bool underWay(const std::string& status) {
  return status == "pending" || status == "scheduled" || status == "running" ||
         status == "PENDING" || status == "STARTED" || status == "RECEIVED";
}

/// Whether the newest run of each report, script or job came to a good end.
checks::CheckResult askReports(const Site& site, const checks::Arguments& arguments) {
  core::CheckResult result{{}, "reports and scripts", Outcome::pass, {}, {}, {}};
  const auto session = database::Database(site.world, site.instance).application();
  const std::string query = newestResults(*session);
  if (query.empty()) {
    result.outcome = Outcome::skip;
    result.found = "the database has no table of their results";
    return result;
  }
  const auto rows = session->query(query, {arguments.text("name", "%")});
  std::vector<std::string> bad;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string& status = rows.text(row, "status");
    if (good(status) || underWay(status)) continue;
    bad.push_back(fmt::format("{}: {} ({})", core::printable(rows.text(row, "name")),
                              core::printable(status), rows.text(row, "ended")));
  }
  const auto all = static_cast<std::int64_t>(rows.size());
  result.found = "none has run yet";
  if (all > 0 && bad.empty())
    result.found = fmt::format("the newest run of each of {} ended well", all);
  if (!bad.empty()) {
    result.outcome = Outcome::fail;
    result.found = someOf(bad);
    result.hint = "\"errored\" after an upgrade mostly means that a script uses what is gone.";
  }
  return {result, {{"failed", static_cast<double>(bad.size()), "", "", "0", "0", ""}}};
}

/// Git repositories and other sources: the newest synchronisation of each went well, lately enough.
checks::CheckResult askSources(const Site& site, const checks::Arguments& arguments) {
  return answered("data sources", [&]() -> checks::CheckResult {
    const bool netbox = site.instance.product == config::Product::netbox;
    Api api(site, arguments);
    const std::string path =
        netbox ? "/api/core/data-sources/?limit=500" : "/api/extras/git-repositories/?limit=500";
    std::vector<core::CheckResult> results;
    if (api.send("GET", path).status == 404) {
      return core::CheckResult{{}, "data sources", Outcome::skip, "this release has none", {}, {}};
    }
    const auto limit = arguments.duration("within", core::Duration::zero());
    for (const core::Json& source : api.list(path)) {
      core::CheckResult one{{}, source.value("name", "?"), Outcome::pass, {}, {}, {}};
      const core::Json status = source.value("status", core::Json(nullptr));
      const std::string word = status.is_object() ? status.value("value", "") : "";
      if (netbox && word != "completed") {
        one.outcome = word == "failed" ? Outcome::fail : Outcome::warn;
        one.found = "is " + core::printable(word);
      }
      const core::Json synced = source.value("last_synced", core::Json(nullptr));
      const auto at = synced.is_string() ? core::parseUtc(synced.get<std::string>()) : std::nullopt;
      if (limit > core::Duration::zero() && at && site.world.clock.now() - *at > limit) {
        one.outcome = Outcome::fail;
        one.found =
            "was synchronised " + core::formatDuration(site.world.clock.now() - *at) + " ago";
      }
      results.push_back(std::move(one));
    }
    auto result =
        combined("data sources", results,
                 core::plural(static_cast<std::int64_t>(results.size()), "source", "sources") +
                     ", all synchronised");
    if (results.empty()) {
      result.outcome = Outcome::skip;
      result.found = "none is configured";
    }
    return result;
  });
}

/// A synchronisation that really runs: begun by the API, done by a worker.
checks::CheckResult askSync(const Site& site, const checks::Arguments& arguments) {
  const std::string name = arguments.text("source");
  return answered("sync of " + name, [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "sync of " + core::printable(name), Outcome::fail, {}, {}, {}};
    Api api(site, arguments);
    const bool netbox = site.instance.product == config::Product::netbox;
    const std::string list = netbox ? "/api/core/data-sources/" : "/api/extras/git-repositories/";
    core::Json source;
    for (const core::Json& one : api.list(list + "?limit=500")) {
      if (one.value("name", "") == name) source = one;
    }
    if (source.is_null()) {
      result.found = "there is no source of that name";
      return result;
    }
    const core::Json& key = source.at("id");
    const std::string id = key.is_string() ? key.get<std::string>() : key.dump();
    const std::string before = source.value("last_synced", core::Json(nullptr)).dump();
    api.post(list + id + "/sync/", {"application/json", "{}"});
    const auto end =
        site.world.clock.steady() + arguments.duration("within", std::chrono::seconds(60));
    std::string status = "queued";
    while (site.world.clock.steady() < end) {
      const core::Json now = api.get(list + id + "/");
      const core::Json state = now.value("status", core::Json(nullptr));
      status = state.is_object() ? state.value("value", "") : "";
      const bool moved = now.value("last_synced", core::Json(nullptr)).dump() != before;
      if ((status == "completed" && moved) || status == "failed") break;
      site.world.clock.sleep(std::chrono::milliseconds(500));
    }
    result.outcome = status == "completed" ? Outcome::pass : Outcome::fail;
    result.found = "it is " + core::printable(status);
    return result;
  });
}

}  // namespace

void addReports(checks::Kinds& kinds, const Site& site) {
  kinds.add("reports", {{}, {"name"}, false, [site](const checks::Arguments& arguments) {
                          return askReports(site, arguments);
                        }});
  kinds.add("data-sources",
            {{}, {"within", "url"}, false, [site](const checks::Arguments& arguments) {
               return askSources(site, arguments);
             }});
  kinds.add("data-source-sync",
            {{"source"}, {"within", "url"}, true, [site](const checks::Arguments& arguments) {
               return askSync(site, arguments);
             }});
}

}  // namespace validation
