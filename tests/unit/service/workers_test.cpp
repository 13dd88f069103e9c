#include "lib/service/workers.hpp"

#include "lib/service/celery.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;

namespace {

config::Instance netbox() {
  config::Instance instance;
  instance.name = "netbox";
  return instance;
}

config::ServiceSettings worker() {
  config::ServiceSettings service;
  service.name = "netbox-rq";
  service.role = config::ServiceRole::worker;
  return service;
}

/// One live worker, and one whose record has expired (redis-cli 7.0.15, not on a terminal).
void putWorkers(fakes::FakeWorld& fake) {
  fake.shell.on("redis-cli * -n 0")
      .does([](const ports::Command&, const std::string& input) {
        ports::Outcome outcome;
        outcome.out = input.starts_with("SMEMBERS rq:workers")
                          ? "rq:worker:ab\nrq:worker:cd\n"
                          : "2026-11-21T02:59:58.100000Z\n2026-11-21T03:00:00.000000Z\napp1\n"
                            "high,default\nidle\n\n\n\n\n\n";
        return outcome;
      })
      .always();
}

}  // namespace

TEST_CASE("members of rq:workers without a record are dead") {
  fakes::FakeWorld fake;
  putWorkers(fake);
  const auto workers = rqWorkers(fake.world(), netbox());
  REQUIRE(workers.size() == 2);
  CHECK(workers[0].name == "ab");
  CHECK_FALSE(workers[0].dead);
  CHECK(workers[0].queues == "high,default");
  CHECK(workers[1].dead);
}

TEST_CASE("only a worker that registered after the start counts after a restart") {
  fakes::FakeWorld fake;
  putWorkers(fake);
  const auto now = fake.clock.now();
  const auto before = registrationOf(fake.world(), netbox(), worker(), now, false);
  CHECK(before.registered == true);  // two seconds of slack between clocks
  CHECK_THAT(before.words, Contains("1 dead"));
  const auto after =
      registrationOf(fake.world(), netbox(), worker(), now + std::chrono::seconds(30), false);
  CHECK(after.registered == false);
  CHECK_THAT(after.words, Contains("before it"));
}

TEST_CASE("a Redis that is loading, or wants a password, leaves the workers unknown") {
  for (const char* answer :
       {"LOADING Redis is loading the dataset in memory\n", "NOAUTH Authentication required.\n"}) {
    fakes::FakeWorld fake;
    fake.shell.on("redis-cli * -n 0").says(answer);
    const auto found = registrationOf(fake.world(), netbox(), worker(), {}, false);
    CHECK_FALSE(found.registered);
    CHECK_THAT(found.words, Contains("Redis answers"));
  }
}

TEST_CASE("running jobs are those of the queues' registries that are not lost") {
  fakes::FakeWorld fake;
  fake.shell.on("redis-cli * -n 0").says("rq:queue:default\nrq:queue:high\n");
  fake.shell.on("redis-cli * -n 0").says("job-1\n\n");
  CHECK(rqRunningJobs(fake.world(), netbox()) == std::vector<std::string>{"job-1"});
  CHECK_THAT(fake.shell.calls()[1].input,
             Contains("ZRANGEBYSCORE \"rq:wip:default\" 1795230000 +inf"));
}

TEST_CASE("Celery's running tasks are found behind what the application logs") {
  CHECK(parseActive("12:00 INFO loading\n{\"celery@a\": [{\"id\": \"x\"}], \"celery@b\": []}\n") ==
        std::vector<std::string>{"x"});
  CHECK_THROWS(parseActive("Error: No nodes replied within time constraint"));
}

TEST_CASE("an old heartbeat is no registration") {
  fakes::FakeWorld fake;
  auto instance = netbox();
  instance.product = config::Product::nautobot;
  auto service = worker();
  service.heartbeat = "/run/nautobot/worker.alive";
  CHECK(registrationOf(fake.world(), instance, service, {}, false).registered == false);
  fake.files.put(service.heartbeat, "");
  CHECK(registrationOf(fake.world(), instance, service, {}, false).registered == true);
  fake.clock.advance(std::chrono::minutes(5));
  CHECK(registrationOf(fake.world(), instance, service, {}, false).registered == false);
}
