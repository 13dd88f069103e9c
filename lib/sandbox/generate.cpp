#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"
#include "lib/sandbox/embedded.hpp"
#include "lib/sandbox/load.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

// Measured on PostgreSQL 15 with all indexes: what a row of the change log takes, what a device
// takes with its interfaces and addresses, and what the small tables take whatever the size.
constexpr std::uint64_t kChangeBytes = 1526;
constexpr std::uint64_t kDeviceBytes = 6000;
constexpr std::uint64_t kSmallTablesBytes = 1'900'000;
constexpr std::uint64_t kFewestDevices = 40;
constexpr std::uint64_t kSlice = 20'000;

// A crash loses what was not yet on disk, and the next `up` starts over: no reason to wait for the
// disk at each commit.
constexpr const char* kFast = "SET synchronous_commit = off;\n";

struct Amounts {
  std::uint64_t devices = 0;
  std::uint64_t changes = 0;
};

/// Three quarters of the bytes are in the change log, as in an instance that is used for years.
Amounts amounts(std::uint64_t bytes) {
  const std::uint64_t objects = bytes / 4;
  Amounts result;
  result.devices = objects > kSmallTablesBytes ? (objects - kSmallTablesBytes) / kDeviceBytes : 0;
  result.devices = std::max(result.devices, kFewestDevices);
  result.changes = (bytes - objects) / kChangeBytes;
  return result;
}

std::string migrations() {
  std::string sql = "INSERT INTO django_migrations (app, name, applied) VALUES\n";
  std::string app;
  int number = 0;
  for (const auto& line : core::split(embedded("migrations.txt"), '\n')) {
    if (line.starts_with('#')) continue;
    for (const auto& word : core::split(line, ' ')) {
      if (word.empty()) continue;
      if (word.ends_with(':')) {
        app = word.substr(0, word.size() - 1);
        continue;
      }
      sql += fmt::format("{}('{}', '{}', timestamptz '2024-01-15Z' + {} * interval '1 second')",
                         number == 0 ? "" : ",\n", app, word, number);
      ++number;
    }
  }
  return sql + ";\n";
}

void run(Site& site, const std::string& database, const std::string& sql,
         const std::vector<std::pair<const char*, std::uint64_t>>& variables) {
  auto argv = psql(site, "netbox", database);
  for (const auto& [name, value] : variables)
    argv.push_back(fmt::format("--set={}={}", name, value));
  must(site, argv, "generating data failed", kFast + sql, 2h);
}

}  // namespace

void generate(Site& site, const std::string& database) {
  const auto [devices, changes] = amounts(site.state.bytes);
  site.progress.at("generating objects", 0, 0);
  // Made by a superuser, as plugins that search text ask for it.
  must(site, psql(site, "postgres", database), "adding an extension failed",
       "CREATE EXTENSION IF NOT EXISTS pg_trgm;");
  run(site, database, std::string(embedded("tables.sql")) + migrations(), {});
  run(site, database, std::string(embedded("objects.sql")), {{"devices", devices}});
  for (std::uint64_t first = 1; first <= changes; first += kSlice) {
    site.world.cancellation.check();
    site.progress.at("generating the change log", first * kChangeBytes, changes * kChangeBytes);
    run(site, database, std::string(embedded("changes.sql")),
        {{"devices", devices},
         {"total", changes},
         {"first", first},
         {"last", std::min(first + kSlice - 1, changes)}});
  }
  site.progress.at("building indexes", 0, 0);
  run(site, database, std::string(embedded("keys.sql")), {});
  site.progress.say(fmt::format("generated {} devices and {} entries of the change log",
                                core::formatCount(static_cast<std::int64_t>(devices)),
                                core::formatCount(static_cast<std::int64_t>(changes))));
}

}  // namespace sandbox
