#include "lib/service/fresh_log.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using core::Outcome;

namespace {

config::Instance instance() {
  config::Instance instance;
  config::ServiceSettings app;
  app.name = "app";
  app.manager = config::ServiceManager::pid_file;
  app.log = "/var/log/app.log";
  config::ServiceSettings worker;
  worker.name = "worker";
  worker.unit = "netbox-rq.service";
  config::ServiceSettings silent;
  silent.name = "silent";
  silent.manager = config::ServiceManager::pid_file;
  instance.services = {app, worker, silent};
  return instance;
}

}  // namespace

TEST_CASE("lines that complain are told from those that speak of errors") {
  CHECK(service::complaints("[2026-11-21] [7] [ERROR] Exception in worker process\n"
                            "Traceback (most recent call last):\n"
                            "Internal Server Error: /api/dcim/sites/\n"
                            "CRITICAL:root:no\nFATAL:  the database system is starting up\n")
            .size() == 5);
  CHECK(service::complaints("GET /errors/ERRORS 200\nno error found\nON_ERROR_STOP=1\n").empty());
}

TEST_CASE("of a file only what came after the mark is read, of a unit its newest start") {
  fakes::FakeWorld fake;
  fake.files.put("/var/log/app.log", "ERROR of yesterday\n");
  const config::Instance netbox = instance();
  service::FreshLog log(fake.world(), netbox);
  fake.files.put("/var/log/app.log", "ERROR of yesterday\nERROR of today\n");
  fake.shell.on("tail -c 15 -- /var/log/app.log").says("ERROR of today\n");
  fake.shell.on("systemctl show * netbox-rq.service")
      .says("LoadState=loaded\nActiveState=active\nSubState=running\nInvocationID=abc\n");
  fake.shell.on("journalctl *-u netbox-rq.service _SYSTEMD_INVOCATION_ID=abc").says("fine\n");
  const auto found = log.scan({"app", "worker", "silent"});
  REQUIRE(found.size() == 3);
  CHECK(found[0].outcome == Outcome::warn);
  CHECK_THAT(found[0].found, Contains("1 line since the start") && Contains("ERROR of today"));
  CHECK(found[1].outcome == Outcome::pass);
  CHECK(found[2].outcome == Outcome::skip);
}

TEST_CASE("of a container what its engine kept since the mark is read") {
  fakes::FakeWorld fake;
  config::Instance netbox;
  config::ServiceSettings app;
  app.name = app.service = "app";
  app.project = "nb";
  app.manager = config::ServiceManager::compose;
  netbox.services = {app};
  service::FreshLog log(fake.world(), netbox);
  const std::string id(64, 'c');
  fake.shell.on("docker ps *").says("{\"ID\":\"" + id + "\"}\n");
  fake.shell.on("docker inspect *").says(R"([{"Id":")" + id + R"(","State":{"Status":"running"},
      "Config":{"Labels":{}},"HostConfig":{},"NetworkSettings":{}}])");
  fake.shell.on("docker logs *--since " + core::formatUtc(fake.clock.now()) + " " + id)
      .says("2026-11-21T03:00:00.000000000Z ERROR of today\n");
  const auto found = log.scan({"app"});
  REQUIRE(found.size() == 1);
  INFO(found[0].found);
  CHECK(found[0].outcome == Outcome::warn);
  CHECK_THAT(found[0].hint, Contains("sotctl service logs app"));
}

TEST_CASE("a log that was cut is read from its beginning, one that can't be read is unknown") {
  fakes::FakeWorld fake;
  fake.files.put("/var/log/app.log", "a long line of yesterday\n");
  const config::Instance netbox = instance();
  service::FreshLog log(fake.world(), netbox);
  fake.files.put("/var/log/app.log", "new\n");
  fake.shell.on("tail -c 4 -- /var/log/app.log").complains("Permission denied").exits(1);
  const auto found = log.scan({"app"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].outcome == Outcome::unknown);
}
