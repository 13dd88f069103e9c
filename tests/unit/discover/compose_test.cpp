#include "lib/discover/compose.hpp"

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using config::ServiceRole;

namespace {

core::Json container(const std::string& project, const std::string& service,
                     const std::string& image, const std::vector<std::string>& command) {
  core::Json labels{{"com.docker.compose.project", project},
                    {"com.docker.compose.service", service},
                    {"com.docker.compose.oneoff", "False"}};
  return {{"Id", service},
          {"Path", command.empty() ? "" : command.front()},
          {"Args", command.empty() ? command
                                   : std::vector<std::string>(command.begin() + 1, command.end())},
          {"Config", {{"Image", image}, {"Labels", labels}, {"Env", core::Json::array()}}},
          {"NetworkSettings", {{"Ports", core::Json::object()}}}};
}

/// Entry points and environment of netbox-docker 3.0 (docker-compose.yml, env/*.env).
core::Json netboxDocker() {
  const std::string image = "docker.io/netboxcommunity/netbox:v4.1-3.0.0";
  core::Json app = container(
      "netbox-docker", "netbox", image,
      {"/usr/bin/tini", "--", "/opt/netbox/docker-entrypoint.sh", "/opt/netbox/launch-netbox.sh"});
  app["Config"]["Env"] = {"DB_HOST=postgres",      "DB_NAME=nb",       "DB_USER=nbuser",
                          "DB_PASSWORD=geheim",    "REDIS_HOST=redis", "REDIS_DATABASE=2",
                          "REDIS_CACHE_DATABASE=3"};
  app["NetworkSettings"]["Ports"]["8080/tcp"] = {{{"HostIp", "0.0.0.0"}, {"HostPort", "8000"}}};
  core::Json cache = container(
      "netbox-docker", "redis-cache", "docker.io/valkey/valkey:8.0-alpine",
      {"docker-entrypoint.sh", "sh", "-c", "valkey-server --requirepass $REDIS_PASSWORD"});
  core::Json tasks = cache;
  tasks["Config"]["Labels"]["com.docker.compose.service"] = "redis";
  core::Json database = container("netbox-docker", "postgres", "docker.io/postgres:16-alpine",
                                  {"docker-entrypoint.sh", "postgres"});
  database["NetworkSettings"]["Ports"]["5432/tcp"] = {
      {{"HostIp", "127.0.0.1"}, {"HostPort", "5433"}}};
  return {container("other", "web", "nginx", {"nginx"}),
          cache,
          container("netbox-docker", "netbox-worker", image,
                    {"/usr/bin/tini", "--", "/opt/netbox/venv/bin/python",
                     "/opt/netbox/netbox/manage.py", "rqworker"}),
          container("netbox-docker", "netbox-housekeeping", image,
                    {"/usr/bin/tini", "--", "/opt/netbox/housekeeping.sh"}),
          app,
          tasks,
          database};
}

/// nautobot-docker-compose 2.x: environments/docker-compose.base.yml and .postgres.yml.
core::Json nautobotCompose() {
  const std::string image = "local/nautobot-docker-compose:local";
  core::Json app = container("nautobot", "nautobot", image,
                             {"/docker-entrypoint.sh", "nautobot-server", "start"});
  app["Config"]["Env"] = {"NAUTOBOT_DB_HOST=db", "NAUTOBOT_DB_USER=nautobot",
                          "NAUTOBOT_DB_PASSWORD=geheim", "NAUTOBOT_ALLOWED_HOSTS=nb.example.org"};
  app["NetworkSettings"]["Ports"]["8080/tcp"] = {{{"HostIp", "127.0.0.1"}, {"HostPort", "8080"}}};
  return {app,
          container("nautobot", "celery_worker", image,
                    {"/docker-entrypoint.sh", "nautobot-server", "celery", "worker", "-l", "INFO"}),
          container("nautobot", "celery_beat", image,
                    {"/docker-entrypoint.sh", "nautobot-server", "celery", "beat", "-l", "INFO"}),
          container("nautobot", "db", "postgres:14", {"docker-entrypoint.sh", "postgres"}),
          container("nautobot", "redis", "redis:6-alpine",
                    {"docker-entrypoint.sh", "sh", "-c", "redis-server --appendonly yes"})};
}

std::string named(const discover::Discovered& found) {
  std::string names;
  for (const auto& service : found.instance.services) {
    names += service.name + "=" + config::roleName(service.role) + " ";
  }
  return names;
}

discover::Discovered only(const core::Json& containers) {
  const auto projects = discover::projectsIn(containers.dump());
  REQUIRE(projects.size() == 1);
  return discover::discoverProject(projects.front(), "found", "");
}

}  // namespace

TEST_CASE("a compose NetBox is found with its services in start order") {
  const auto found = only(netboxDocker());
  CHECK(found.instance.product == config::Product::netbox);
  CHECK(named(found) ==
        "postgres=database redis=redis redis-cache=redis netbox=application "
        "netbox-worker=worker netbox-housekeeping=scheduler ");
  CHECK(found.instance.services[3].project == "netbox-docker");
  CHECK(found.instance.database.name == "nb");
  CHECK(found.instance.database.application.user == "nbuser");
  CHECK(found.instance.database.application.host == "127.0.0.1");
  CHECK(found.instance.database.application.port == 5433);
  CHECK(found.instance.redis.tasks_database == 2);
  CHECK(found.instance.redis.cache_database == 3);
  REQUIRE(found.instance.probes.size() == 1);
  CHECK(found.instance.probes.front().url == "http://127.0.0.1:8000/login/");
}

TEST_CASE("a compose Nautobot is found, and what it keeps to itself is a gap") {
  const auto found = only(nautobotCompose());
  CHECK(found.instance.product == config::Product::nautobot);
  CHECK(named(found) ==
        "db=database redis=redis nautobot=application celery_worker=worker "
        "celery_beat=scheduler ");
  CHECK(found.instance.database.name == "nautobot");
  CHECK(found.instance.probes.front().headers.at("Host") == "nb.example.org");
  std::string gaps;
  for (const auto& gap : found.gaps) gaps += gap.id + " ";
  CHECK_THAT(gaps, Contains("discover.database.application.host"));
}

TEST_CASE("what was discovered can be written and read again, without a secret") {
  for (const auto& containers : {netboxDocker(), nautobotCompose()}) {
    const auto found = only(containers);
    const std::string text = config::write({found.instance}, found.origins, {}, {});
    CHECK_THAT(text, !Contains("geheim"));
    const auto again = config::parse(text, "/f.toml");
    CHECK(again.instances.front().services.size() == found.instance.services.size());
    CHECK(again.instances.front().services.back().role == found.instance.services.back().role);
    CHECK(again.instances.front().redis.host.empty());
    CHECK(again.instances.front().redis.tasks_database == found.instance.redis.tasks_database);
  }
}

TEST_CASE("an engine that may not be asked is a gap, and one that is not there is none") {
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *").exits(1).complains("permission denied").times(1);
  std::vector<core::CheckResult> gaps;
  CHECK(discover::findProjects(fake.world(), "", gaps).empty());
  REQUIRE(gaps.size() == 1);
  CHECK_THAT(gaps.front().found, Contains("permission denied"));
  fake.shell.on("docker ps *").fails({core::Kind::not_found, "no program docker"});
  CHECK(discover::findProjects(fake.world(), "", gaps).empty());
  CHECK(gaps.size() == 1);
}
