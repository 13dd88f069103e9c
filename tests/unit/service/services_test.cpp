#include "lib/service/services.hpp"

#include "lib/core/error.hpp"
#include "lib/service/probe.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

std::string shown(bool active) {
  return std::string("LoadState=loaded\nActiveState=") + (active ? "active" : "inactive") + "\n";
}

config::Instance instance() {
  config::Instance instance;
  instance.name = "netbox";
  for (const char* name : {"app", "worker"}) {
    config::ServiceSettings service;
    service.name = name;
    service.unit = std::string(name) + ".service";
    instance.services.push_back(service);
  }
  instance.probes = {{"http://app/login/", 200, {}}, {"http://app/api/", 403, {}}};
  return instance;
}

}  // namespace

TEST_CASE("those that run are stopped in reverse, and started in order") {
  fakes::FakeWorld fake;
  const auto netbox = instance();
  service::Services services(fake.world(), netbox);
  core::NoProgress nobody;
  std::vector<bool> active{true, true};
  std::vector<std::string> order;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string unit = netbox.services[i].unit;
    fake.shell.on("systemctl show *" + unit)
        .does([&active, i](const auto&, const auto&) {
          return ports::Outcome{.out = shown(active[i]), .err = {}};
        })
        .always();
    for (const bool start : {false, true}) {
      fake.shell.on(std::string("systemctl ") + (start ? "start" : "stop") + " *" + unit)
          .does([&active, &order, i, start, unit](const auto&, const auto&) {
            active[i] = start;
            order.push_back((start ? "start " : "stop ") + unit);
            return ports::Outcome{};
          });
    }
  }
  const auto running = services.running();
  CHECK(running == std::vector<std::string>{"app", "worker"});
  services.stopThese(running, nobody);
  CHECK(services.running().empty());
  services.startThese({"worker", "app"}, nobody);
  CHECK(order == std::vector<std::string>{"stop worker.service", "stop app.service",
                                          "start app.service", "start worker.service"});
}

TEST_CASE("a service whose state can't be seen leaves the list of those that run undetermined") {
  fakes::FakeWorld fake;
  const auto netbox = instance();
  service::Services services(fake.world(), netbox);
  fake.shell.on("systemctl show *").exits(1).complains("no bus").times(2);
  CHECK_THROWS_WITH(services.running(), Contains("app") && Contains("no bus"));
  CHECK_THROWS_WITH(services.named("web"), Contains("web"));
}

TEST_CASE("a probe passes on its status alone, and fails on silence") {
  fakes::FakeWorld fake;
  const auto netbox = instance();
  fake.http.on("GET", "http://app/login/").gives(500);
  fake.http.on("GET", "http://app/api/").fails({core::Kind::unreachable, "connection refused"});
  const auto results = service::probe(fake.world(), netbox);
  REQUIRE(results.size() == 2);
  CHECK(results[0].outcome == core::Outcome::fail);
  CHECK(results[0].found == "status 500");
  CHECK(results[1].outcome == core::Outcome::fail);
  CHECK_FALSE(service::healthy(results));
  CHECK_FALSE(service::healthy({}));
}

TEST_CASE("what keeps this host from asking says nothing about the instance") {
  fakes::FakeWorld fake;
  auto netbox = instance();
  netbox.probes.resize(1);
  fake.http.on("GET", "http://app/login/").fails({core::Kind::denied, "certificate has expired"});
  CHECK(service::probe(fake.world(), netbox).at(0).outcome == core::Outcome::unknown);
}

TEST_CASE("health is a round in which every probe passes") {
  fakes::FakeWorld fake;
  const auto netbox = instance();
  core::NoProgress nobody;
  fake.http.on("GET", "http://app/login/").gives(502);
  fake.http.on("GET", "http://app/login/").gives(200).always();
  fake.http.on("GET", "http://app/api/").gives(502).times(2);
  fake.http.on("GET", "http://app/api/").gives(403);
  const auto before = fake.clock.steady();
  const auto healthy = service::waitHealthy(fake.world(), netbox, 10s, nobody);
  CHECK(healthy > before);
  CHECK(fake.clock.steady() == healthy);
}

TEST_CASE("an instance that stays sick runs into the limit, with the words of its probes") {
  fakes::FakeWorld fake;
  const auto netbox = instance();
  core::NoProgress nobody;
  fake.http.on("GET", "*").gives(502).always();
  CHECK_THROWS_WITH(service::waitHealthy(fake.world(), netbox, 10s, nobody),
                    Contains("http://app/login/: status 502"));
}
