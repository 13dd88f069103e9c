#include "lib/sandbox/load.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/servers.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

constexpr const char* kLoading = "netbox_loading";

void asPostgres(Site& site, const std::string& database, const std::string& sql) {
  must(site, psql(site, "postgres", database), "preparing the database failed", sql);
}

std::string asked(Site& site, const std::string& database, const std::string& sql) {
  auto argv = psql(site, "postgres", database);
  argv.insert(argv.end(), {"--tuples-only", "--no-align"});
  return std::string(core::trim(must(site, argv, "asking the database failed", sql)));
}

bool exists(Site& site, const std::string& database) {
  return asked(site, "postgres",
               fmt::format("SELECT count(*) FROM pg_database WHERE datname = '{}'", database)) ==
         "1";
}

void makeEmpty(Site& site) {
  asPostgres(site, "postgres",
             fmt::format("DROP DATABASE IF EXISTS {0} WITH (FORCE);\n"
                         "CREATE DATABASE {0} OWNER netbox TEMPLATE template0 ENCODING 'UTF8';\n",
                         kLoading));
}

/// What a database in use carries besides its tables, for a restore to keep.
void finish(Site& site) {
  asPostgres(site, kLoading, "ANALYZE;");
  asPostgres(site, "postgres",
             fmt::format("BEGIN;\nALTER DATABASE {0} RENAME TO netbox;\n"
                         "COMMENT ON DATABASE netbox IS 'a sandbox: nothing in it matters';\n"
                         "ALTER DATABASE netbox SET timezone TO 'UTC';\n"
                         "GRANT CONNECT ON DATABASE netbox TO netbox_reader;\nCOMMIT;\n",
                         kLoading));
}

/// The dump of a real instance holds tokens that nobody here knows: one of ours is added.
void addToken(Site& site) {
  const std::string token = secretIn(site, site.layout.token());
  asPostgres(
      site, kLoading,
      fmt::format("SET ROLE netbox;\n"
                  "INSERT INTO users_token (created, key, write_enabled, description, user_id)\n"
                  "SELECT '2026-01-01Z', '{0}', true, 'sotctl sandbox', min(id) FROM {1} "
                  "WHERE is_superuser AND is_active HAVING count(*) > 0;\n",
                  token,
                  asked(site, kLoading,
                        "SELECT coalesce(to_regclass('users_user'), "
                        "to_regclass('auth_user'))")));
}

/// Which release a database belongs to, by tables that came with it.
std::string releaseOf(Site& site) {
  return asked(site, "netbox",
               "SELECT CASE WHEN to_regclass('core_objectchange') IS NOT NULL THEN '4.2.3'\n"
               "            WHEN to_regclass('users_user') IS NOT NULL THEN '4.0.11'\n"
               "            WHEN to_regclass('core_job') IS NOT NULL THEN '3.7.8'\n"
               "            WHEN to_regclass('extras_savedfilter') IS NOT NULL THEN '3.4.10'\n"
               "            ELSE '3.2.9' END");
}

}  // namespace

std::vector<std::string> psql(const Site& site, const std::string& user,
                              const std::string& database) {
  return {site.state.tools + "/psql",
          "--no-psqlrc",
          "--quiet",
          "--set=ON_ERROR_STOP=1",
          "--host=" + site.layout.run(),
          fmt::format("--port={}", primaryPort(site)),
          "--username=" + user,
          "--dbname=" + database};
}

void makeRole(Site& site) {
  const std::string password = secretIn(site, site.layout.password());
  asPostgres(
      site, "postgres",
      fmt::format("DO $$ BEGIN\n"
                  "  IF to_regrole('netbox') IS NULL THEN CREATE ROLE netbox LOGIN; END IF;\n"
                  "  IF to_regrole('netbox_reader') IS NULL THEN CREATE ROLE netbox_reader; "
                  "END IF;\nEND $$;\nALTER ROLE netbox PASSWORD '{}';\n",
                  password));
}

void makeDatabase(Site& site) {
  if (!exists(site, "netbox")) {
    makeEmpty(site);
    if (site.state.dump.empty()) {
      generate(site, kLoading);
    } else {
      loadDump(site, kLoading);
    }
    addToken(site);
    finish(site);
  }
  site.state.release = releaseOf(site);
}

}  // namespace sandbox
