#include "lib/service/systemd.hpp"

#include "lib/core/error.hpp"
#include "lib/service/manager.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using service::Running;
using namespace std::chrono_literals;

namespace {

// The form of systemctl 252.
std::string shown(const std::string& active, const std::string& sub, const std::string& result) {
  return "Result=" + result + "\nMainPID=812\nLoadState=loaded\nActiveState=" + active +
         "\nSubState=" + sub +
         "\nActiveEnterTimestamp=Fri 2026-11-20 18:14:53 UTC\nInvocationID=0aa1\n";
}

service::ServiceState state(const std::string& text) {
  return service::unitState("netbox.service", service::parseProperties(text));
}

config::ServiceSettings netbox() {
  config::ServiceSettings service;
  service.name = "netbox";
  service.unit = "netbox.service";
  return service;
}

}  // namespace

TEST_CASE("the states of a unit are running, stopped and unknown") {
  const auto active = state(shown("active", "running", "success"));
  CHECK(active.running == Running::yes);
  CHECK(active.pid == 812);
  CHECK(active.identity == "0aa1");
  CHECK(core::formatUtc(*active.since) == "2026-11-20T18:14:53.000000Z");
  CHECK(state(shown("reloading", "reload", "success")).running == Running::yes);
  CHECK(state(shown("inactive", "dead", "success")).running == Running::no);
  CHECK_THAT(state(shown("failed", "failed", "exit-code")).words, Contains("exit-code"));
  CHECK(state(shown("failed", "failed", "exit-code")).running == Running::no);
  CHECK(state(shown("activating", "auto-restart", "exit-code")).running == Running::unknown);
  CHECK(state("LoadState=not-found\nActiveState=inactive\n").running == Running::unknown);
  CHECK(state("").running == Running::unknown);
}

TEST_CASE("a host without systemd leaves the state unknown") {
  fakes::FakeWorld fake;
  fake.shell.on("systemctl show *").exits(1).complains("System has not been booted with systemd");
  const auto found = service::makeSystemdManager(fake.world())->observe(netbox());
  CHECK(found.running == Running::unknown);
  CHECK_THAT(found.words, Contains("not been booted"));
}

TEST_CASE("a unit that fails right after its start did not start") {
  fakes::FakeWorld fake;
  fake.shell.on("systemctl show *").says(shown("inactive", "dead", "success"));
  fake.shell.on("systemctl start *");
  fake.shell.on("systemctl show *").says(shown("failed", "failed", "exit-code"));
  const auto manager = service::makeSystemdManager(fake.world());
  CHECK_THROWS_WITH(manager->start(netbox(), 5s), Contains("exit-code"));
}

TEST_CASE("a stop is proven, not believed") {
  fakes::FakeWorld fake;
  fake.shell.on("systemctl show *").says(shown("active", "running", "success")).always();
  fake.shell.on("systemctl stop *");
  const auto manager = service::makeSystemdManager(fake.world());
  CHECK_THROWS_WITH(manager->stop(netbox(), 5s), Contains("did not stop"));
}

TEST_CASE("a missing right is told as one") {
  fakes::FakeWorld fake;
  fake.shell.on("systemctl show *").says(shown("active", "running", "success"));
  fake.shell.on("systemctl stop *").exits(4).complains("Interactive authentication required.");
  const auto manager = service::makeSystemdManager(fake.world());
  try {
    manager->stop(netbox(), 5s);
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::denied);
  }
}
