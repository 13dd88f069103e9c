#include "lib/sandbox/servers.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/sandbox/load.hpp"
#include "lib/sandbox/programs.hpp"
#include "lib/service/services.hpp"

namespace sandbox {
namespace {

constexpr const char* kClusterSettings =
    R"(# Written by `sotctl sandbox up`, again whenever a port changes.
listen_addresses = '127.0.0.1'
port = {}
unix_socket_directories = '{}'
max_connections = 60
shared_buffers = 64MB
max_wal_size = 2GB
log_line_prefix = '%m [%p] %u@%d '
timezone = 'UTC'
)";

// Whoever can enter the socket folder is the sandbox's owner or root.
constexpr const char* kAccessRules = R"(# Written by `sotctl sandbox up`.
local all all trust
host  all all 127.0.0.1/32 scram-sha-256
)";

// Of a pair alone: pg_rewind needs the first, and each may become the other's standby.
constexpr const char* kPairSettings = R"(wal_log_hints = on
cluster_name = '{name}'
primary_slot_name = '{name}'
primary_conninfo = 'host=127.0.0.1 port={other} user=replicator passfile={passwords}'
)";

constexpr const char* kReplicationRules = R"(local replication all trust
host  replication all 127.0.0.1/32 scram-sha-256
)";

constexpr const char* kRedisSettings =
    R"(# Written by `sotctl sandbox up`, again whenever a port changes.
bind 127.0.0.1
port {port}
daemonize yes
pidfile {run}/redis.pid
logfile {log}/redis.log
dir {redis}
save ""
appendonly no
)";

config::ServiceSettings serverOf(const Layout& layout, const State& state, const std::string& name,
                                 const std::string& data) {
  config::ServiceSettings server;
  server.name = name;
  server.role = config::ServiceRole::database;
  server.manager = config::ServiceManager::pid_file;
  server.pid_file = data + "/postmaster.pid";
  server.log = layout.log() + (name == "postgres" ? "/postgresql.log" : "/standby.log");
  server.start = {state.tools + "/pg_ctl",
                  "--pgdata",
                  data,
                  "--log",
                  server.log,
                  "--wait",
                  "--timeout",
                  "60",
                  "start"};
  server.user = state.account;
  server.directory = layout.root;
  return server;
}

std::string passwordFile(const Layout& layout) { return layout.run() + "/replication.pgpass"; }

/// What is in a server's sandbox.conf.
std::string settingsOf(const Site& site, const std::string& name) {
  const auto& ports = site.state.ports;
  const bool first = name == "postgres";
  std::string text = fmt::format(fmt::runtime(kClusterSettings),
                                 first ? ports.postgres : ports.standby, site.layout.run());
  if (!site.state.pair) return text;
  return text + fmt::format(fmt::runtime(kPairSettings), fmt::arg("name", name),
                            fmt::arg("other", first ? ports.standby : ports.postgres),
                            fmt::arg("passwords", passwordFile(site.layout)));
}

void writeSettings(Site& site, const std::string& name, const std::string& folder) {
  writeAccountFile(site, folder + "/pg_hba.conf",
                   kAccessRules + std::string(site.state.pair ? kReplicationRules : ""), 0600);
  writeAccountFile(site, folder + "/sandbox.conf", settingsOf(site, name), 0600);
}

/// Both servers read it; it is theirs alone.
void writePasswordFile(Site& site) {
  const std::string password = secretIn(site, site.layout.replication());
  writeAccountFile(site, passwordFile(site.layout),
                   fmt::format("127.0.0.1:*:*:replicator:{}\n", password), 0600);
}

/// The role that streams, and the slot that keeps the log for the standby.
void prepareStreaming(Site& site) {
  must(site, psql(site, "postgres", "postgres"), "preparing replication failed",
       fmt::format("DO $$ BEGIN IF to_regrole('replicator') IS NULL THEN "
                   "CREATE ROLE replicator LOGIN REPLICATION; END IF; END $$;\n"
                   "ALTER ROLE replicator PASSWORD '{}';\n"
                   "SELECT pg_create_physical_replication_slot('standby', true) WHERE NOT EXISTS "
                   "(SELECT FROM pg_replication_slots WHERE slot_name = 'standby');\n",
                   secretIn(site, site.layout.replication())));
}

}  // namespace

config::ServiceSettings postgresServer(const Layout& layout, const State& state) {
  return serverOf(layout, state, "postgres", layout.postgres());
}

config::ServiceSettings standbyServer(const Layout& layout, const State& state) {
  return serverOf(layout, state, "standby", layout.standby());
}

config::ServiceSettings redisServer(const Layout& layout, const State& state) {
  config::ServiceSettings server;
  server.name = "redis";
  server.role = config::ServiceRole::redis;
  server.manager = config::ServiceManager::pid_file;
  server.pid_file = layout.run() + "/redis.pid";
  server.start = {kRedis, layout.redis() + "/redis.conf"};
  server.user = state.account;
  server.directory = layout.root;
  server.log = layout.log() + "/redis.log";
  return server;
}

void makeCluster(Site& site) {
  auto& files = site.world.files;
  if (!files.info(site.layout.postgres())) {
    site.progress.at("making a PostgreSQL cluster", 0, 0);
    const std::string fresh = site.layout.postgres() + "-new";
    files.removeTree(fresh);
    makeAccountFolder(site, fresh, 0700);
    must(site,
         {site.state.tools + "/initdb", "--pgdata", fresh, "--username", "postgres", "--encoding",
          "UTF8", "--locale", "C.UTF-8", "--auth-local", "trust", "--auth-host", "scram-sha-256"},
         "making the PostgreSQL cluster failed", {}, std::chrono::minutes(5));
    const std::string main_file = fresh + "/postgresql.conf";
    writeAccountFile(site, main_file, files.read(main_file) + "\ninclude 'sandbox.conf'\n", 0600);
    files.rename(fresh, site.layout.postgres());
  }
  if (site.state.pair) writePasswordFile(site);
  writeSettings(site, "postgres", site.layout.postgres());
}

void makeStandby(Site& site) {
  auto& files = site.world.files;
  if (!files.info(site.layout.standby())) {
    site.progress.at("copying PostgreSQL for a standby", 0, 0);
    prepareStreaming(site);
    const std::string fresh = site.layout.standby() + "-new";
    files.removeTree(fresh);
    makeAccountFolder(site, fresh, 0700);
    must(site,
         {site.state.tools + "/pg_basebackup", "--pgdata", fresh, "--host", site.layout.run(),
          "--port", std::to_string(site.state.ports.postgres), "--username", "postgres",
          "--checkpoint", "fast", "--wal-method", "stream", "--slot", "standby", "--no-password"},
         "copying PostgreSQL failed", {}, std::chrono::minutes(30));
    writeAccountFile(site, fresh + "/standby.signal", "", 0600);
    files.rename(fresh, site.layout.standby());
  }
  writeSettings(site, "standby", site.layout.standby());
}

void writeRedisSettings(Site& site) {
  makeAccountFolder(site, site.layout.redis(), 0700);
  writeAccountFile(
      site, site.layout.redis() + "/redis.conf",
      fmt::format(fmt::runtime(kRedisSettings), fmt::arg("port", site.state.ports.redis),
                  fmt::arg("run", site.layout.run()), fmt::arg("log", site.layout.log()),
                  fmt::arg("redis", site.layout.redis())),
      0600);
}

int primaryPort(const Site& site) {
  const bool switched = site.state.pair &&
                        site.world.files.info(site.layout.postgres() + "/standby.signal") &&
                        site.world.files.info(site.layout.standby());
  return switched ? site.state.ports.standby : site.state.ports.postgres;
}

void linkSocket(Site& site) {
  const std::string link = site.layout.run() + "/.s.PGSQL.5432";
  must(site, {"ln", "-sfn", fmt::format(".s.PGSQL.{}", primaryPort(site)), link},
       "linking the socket failed");
}

void stopPostgres(Site& site, const config::ServiceSettings& server) {
  const auto instance = instanceOf(site.layout, site.state);
  service::Services services(site.world, instance);
  const auto found = services.observe(server);
  if (found.running == service::Running::no) return;
  if (found.running == service::Running::unknown) {
    throw core::Error(core::Kind::undetermined,
                      "the sandbox's PostgreSQL was not stopped: " + found.words,
                      "Look at the process and at " + server.pid_file + ".");
  }
  must(site,
       {site.state.tools + "/pg_ctl", "--pgdata",
        server.pid_file.substr(0, server.pid_file.rfind('/')), "--mode", "fast", "--wait",
        "--timeout", "60", "stop"},
       "stopping PostgreSQL failed", {}, std::chrono::seconds(70));
}

}  // namespace sandbox
