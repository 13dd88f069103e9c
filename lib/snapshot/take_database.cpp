#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/applied.hpp"
#include "lib/schema/live.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace snapshot {
namespace {

constexpr std::int64_t kMostCsvRows = 200'000;

/// What is sampled, and which columns change by being looked at.
constexpr std::array kSampled{"dcim_device", "ipam_ipaddress", "dcim_cable"};

core::Json rowCounts(ports::Sql& session) {
  core::Json counts = core::Json::object();
  const auto tables = session.query(
      "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "
      "'public'::regnamespace ORDER BY relname");
  for (std::size_t row = 0; row < tables.size(); ++row) {
    const std::string& name = tables.text(row, "name");
    try {
      counts[name] =
          session.query("SELECT count(*) AS n FROM public." + ports::sqlName(name)).number(0, "n");
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::denied) throw;
      counts[name] = nullptr;
    }
  }
  return counts;
}

bool hasTable(ports::Sql& session, const std::string& table) {
  return !session
              .query(
                  "SELECT 1 FROM pg_class WHERE relname = $1 AND relkind IN ('r', 'p') AND "
                  "relnamespace = 'public'::regnamespace",
                  {table})
              .empty();
}

/// The same objects each time: chosen by a digest of their keys, not by their place.
core::Json samplesOf(ports::Sql& session, int count) {
  core::Json samples = core::Json::object();
  for (const char* table : kSampled) {
    if (!hasTable(session, table)) continue;
    const auto rows = session.query(fmt::format(
        "SELECT id::text AS id, (to_jsonb(t) - 'last_updated')::text AS row FROM public.{} t "
        "ORDER BY md5(id::text) LIMIT {}",
        ports::sqlName(table), count));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      samples[table][rows.text(row, "id")] =
          core::Json::parse(rows.text(row, "row"), nullptr, false);
    }
  }
  return samples;
}

/// One table as rows of text by key, and for each column how many rows have a value.
core::Json csvOf(ports::Sql& session, const std::string& table) {
  if (!hasTable(session, table)) {
    throw core::Error(core::Kind::usage,
                      fmt::format("there is no table {}", core::printable(table)),
                      "--csv names tables of the database: dcim_device, ipam_prefix.");
  }
  const auto rows = session.query(fmt::format("SELECT * FROM public.{} ORDER BY 1 LIMIT {}",
                                              ports::sqlName(table), kMostCsvRows));
  core::Json filled = core::Json::object();
  core::Json lines = core::Json::object();
  for (const auto& column : rows.columns) filled[column] = 0;
  for (const auto& row : rows.rows) {
    core::Json line = core::Json::array();
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.push_back(row[i] ? core::Json(*row[i]) : core::Json(nullptr));
      if (row[i] && !row[i]->empty())
        filled[rows.columns[i]] = filled[rows.columns[i]].get<int>() + 1;
    }
    lines[row.front().value_or("")] = std::move(line);
  }
  return {{"columns", filled}, {"rows", lines}};
}

core::Json reportsOf(ports::Sql& session) {
  for (const auto& [table, ended] : {std::pair{"core_job", "completed"},
                                     {"extras_jobresult", "completed"},
                                     {"extras_jobresult", "date_done"}}) {
    const auto there = session.query(
        "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = "
        "$1 AND "
        "column_name = $2",
        {table, ended});
    if (there.empty()) continue;
    core::Json reports = core::Json::object();
    const auto rows = session.query(fmt::format(
        "SELECT DISTINCT ON (name) name, status FROM public.{} ORDER BY name, {} DESC NULLS LAST",
        table, ended));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      reports[rows.text(row, "name")] = rows.text(row, "status");
    }
    return reports;
  }
  return core::Json::object();
}

}  // namespace

void takeDatabase(ports::World& world, const config::Instance& instance, const Wanted& wanted,
                  core::Json& parts) {
  std::unique_ptr<ports::Sql> session;
  try {
    session = database::Database(world, instance).application();
    // One moment for all of it.
    session->query("SELECT set_config('default_transaction_isolation', 'repeatable read', false)");
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    for (const char* part : {"rows", "migrations", "schema", "samples", "reports"}) {
      parts[part] = {{"unknown", error.what()}};
    }
    return;
  }
  takePart(parts, "rows", [&] { return rowCounts(*session); });
  takePart(parts, "migrations", [&] {
    core::Json applied = core::Json::array();
    for (const auto& row : migrations::appliedInDatabase(*session, instance.database.name).rows) {
      applied.push_back(row.key.inWords());
    }
    return applied;
  });
  takePart(parts, "samples", [&] { return samplesOf(*session, wanted.samples); });
  takePart(parts, "reports", [&] { return reportsOf(*session); });
  takePart(parts, "schema", [&] {
    return schema::toJson(schema::liveSchema(*session, instance.database.name, true));
  });
  for (const std::string& table : wanted.csv) {
    core::Json one = core::Json::object();
    takePart(one, table, [&] { return csvOf(*session, table); });
    parts["csv"][table] = one[table];
  }
}

}  // namespace snapshot
