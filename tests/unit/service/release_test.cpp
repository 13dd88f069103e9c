#include "lib/service/release.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;

namespace {

config::Instance netbox() {
  config::Instance instance;
  instance.root = "/opt/netbox";
  return instance;
}

config::ServiceSettings application() {
  config::ServiceSettings service;
  service.role = config::ServiceRole::application;
  return service;
}

Details processIn(const std::string& folder, core::Time started) {
  Details details;
  details.state.running = Running::yes;
  details.process = MainProcess{};
  details.process->folder = folder;
  details.process->started = started;
  return details;
}

}  // namespace

TEST_CASE("a process in the folder of another release runs old code") {
  const Release release{"/opt/netbox-4.2.3", "/opt/netbox", core::Time(std::chrono::hours(10))};
  const core::Time later(std::chrono::hours(20));
  CHECK_THAT(
      oldCode(application(), processIn("/opt/netbox-4.1.0/netbox", later), netbox(), release),
      Contains("/opt/netbox-4.1.0"));
  CHECK(oldCode(application(), processIn("/opt/netbox-4.2.3/netbox", later), netbox(), release)
            .empty());
  CHECK(oldCode(application(), processIn("/", later), netbox(), release).empty());
}

TEST_CASE("a process from before the code was changed runs old code") {
  const Release release{"/opt/netbox", "/opt/netbox/.git/logs/HEAD",
                        core::Time(std::chrono::hours(10))};
  const core::Time earlier(std::chrono::hours(9));
  CHECK_THAT(oldCode(application(), processIn("/opt/netbox", earlier), netbox(), release),
             Contains(".git/logs/HEAD"));
  auto database = application();
  database.role = config::ServiceRole::database;
  CHECK(oldCode(database, processIn("/opt/netbox", earlier), netbox(), release).empty());
}

TEST_CASE("replaced files and images are old code whatever the times say") {
  const Release release{};
  auto details = processIn("/", {});
  details.process->deleted_files = {"/opt/netbox/venv/lib/a.so"};
  CHECK_THAT(oldCode(application(), details, netbox(), release), Contains("a.so"));
  details.process.reset();
  details.image_stale = true;
  CHECK_THAT(oldCode(application(), details, netbox(), release), Contains("image"));
}

TEST_CASE("the newest mark of a release is the link that leads to it") {
  fakes::FakeWorld fake;
  fake.files.put("/opt/netbox-4.2.3/netbox/release.yaml", "version: 4.2.3\n");
  fake.clock.advance(std::chrono::hours(1));
  fake.files.putLink("/opt/netbox", "/opt/netbox-4.2.3");
  const auto release = releaseOf(fake.files, netbox());
  CHECK(release.root == "/opt/netbox-4.2.3");
  CHECK(release.newest == "/opt/netbox");
  CHECK(release.changed == fake.clock.now());
}
