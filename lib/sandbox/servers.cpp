#include "lib/sandbox/servers.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
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

}  // namespace

config::ServiceSettings postgresServer(const Layout& layout, const State& state) {
  config::ServiceSettings server;
  server.name = "postgres";
  server.role = config::ServiceRole::database;
  server.manager = config::ServiceManager::pid_file;
  server.pid_file = layout.postgres() + "/postmaster.pid";
  server.start = {state.tools + "/pg_ctl",
                  "--pgdata",
                  layout.postgres(),
                  "--log",
                  layout.log() + "/postgresql.log",
                  "--wait",
                  "--timeout",
                  "60",
                  "start"};
  server.user = state.account;
  server.directory = layout.root;
  server.log = layout.log() + "/postgresql.log";
  return server;
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
  writeAccountFile(site, site.layout.postgres() + "/pg_hba.conf", kAccessRules, 0600);
  writeAccountFile(
      site, site.layout.postgres() + "/sandbox.conf",
      fmt::format(fmt::runtime(kClusterSettings), site.state.ports.postgres, site.layout.run()),
      0600);
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

void linkSocket(Site& site) {
  const std::string link = site.layout.run() + "/.s.PGSQL.5432";
  must(site, {"ln", "-sfn", fmt::format(".s.PGSQL.{}", site.state.ports.postgres), link},
       "linking the socket failed");
}

void stopPostgres(Site& site) {
  const auto instance = instanceOf(site.layout, site.state);
  service::Services services(site.world, instance);
  const auto server = postgresServer(site.layout, site.state);
  const auto found = services.observe(server);
  if (found.running == service::Running::no) return;
  if (found.running == service::Running::unknown) {
    throw core::Error(core::Kind::undetermined,
                      "the sandbox's PostgreSQL was not stopped: " + found.words,
                      "Look at the process and at " + server.pid_file + ".");
  }
  must(site,
       {site.state.tools + "/pg_ctl", "--pgdata", site.layout.postgres(), "--mode", "fast",
        "--wait", "--timeout", "60", "stop"},
       "stopping PostgreSQL failed", {}, std::chrono::seconds(70));
}

}  // namespace sandbox
