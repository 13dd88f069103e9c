#include "lib/sandbox/sandbox.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "lib/adapters/clock.hpp"
#include "lib/adapters/curl.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/postgres.hpp"
#include "lib/adapters/process.hpp"
#include "lib/core/error.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/process.hpp"
#include "lib/service/services.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/prompt.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/kinds.hpp"

using namespace std::chrono_literals;
using service::Running;
using support::kindOf;

namespace {

/// The real world, and a folder that a sandbox is made in: below /tmp itself, because the servers'
/// account must be able to enter it. Whatever happens, nothing stays.
struct Ground {
  core::Cancellation cancellation;
  adapters::ProcessShell shell{cancellation};
  adapters::PostgresServer sql{cancellation};
  adapters::CurlHttp http{cancellation};
  adapters::DiskFiles files;
  adapters::SystemClock clock{cancellation};
  fakes::FakePrompt prompt{cancellation};
  core::NoProgress nobody;
  ports::World world{shell, sql, http, files, clock, prompt, cancellation, {}};
  std::string folder = fmt::format("/tmp/sotctl-sandbox-{}", getpid());

  Ground() {
    world.caller.uid = geteuid();
    const auto name = shell.run(ports::Command{{"id", "-un"}}).out;
    world.caller.account = name.substr(0, name.find('\n'));
  }
  ~Ground() {
    try {
      sandbox::down(world, folder, false, nobody);
    } catch (const core::Error&) {
      // There is none: the test took it down itself.
    }
  }

  sandbox::Report up() { return sandbox::up(world, {folder, 10'000'000}, nobody); }
  sandbox::Report look() { return sandbox::status(world, folder); }

  std::vector<int> processes() {
    std::vector<int> found;
    for (const auto& process : service::Processes(files).all()) {
      for (const auto& word : process.command) {
        if (!process.ended && word.find(folder) != std::string::npos) found.push_back(process.id);
      }
    }
    return found;
  }
};

std::vector<int> pids(const sandbox::Report& report) {
  std::vector<int> all;
  for (const auto& member : report.members) all.push_back(member.state.pid);
  return all;
}

}  // namespace

TEST_CASE("a sandbox comes up, survives a killed application, and leaves nothing behind") {
  Ground ground;
  const auto made = ground.up();
  REQUIRE(made.runs());
  CHECK(made.changed);
  CHECK(*made.database_bytes > 10'000'000);
  CHECK(service::healthy(service::probe(ground.world, made.instance)));

  const auto again = ground.up();
  CHECK_FALSE(again.changed);
  CHECK(pids(again) == pids(made));

  kill(made.members[2].state.pid, SIGKILL);
  REQUIRE(support::eventually([&] { return !support::alive(made.members[2].state.pid); }));
  const auto hurt = ground.look();
  CHECK(hurt.members[2].state.running == Running::no);
  CHECK(hurt.members[3].state.running == Running::yes);
  CHECK_FALSE(hurt.runs());
  const auto healed = ground.up();
  CHECK(healed.changed);
  REQUIRE(healed.runs());
  CHECK(healed.members[0].state.pid == made.members[0].state.pid);

  service::Services services(ground.world, healed.instance);
  const auto running = services.running();
  CHECK(running == std::vector<std::string>{"app", "worker"});
  services.stopThese(running, ground.nobody);
  CHECK(services.running().empty());
  CHECK_FALSE(service::healthy(service::probe(ground.world, healed.instance)));
  services.startThese(running, ground.nobody);
  service::waitHealthy(ground.world, healed.instance, 20s, ground.nobody);

  CHECK_FALSE(ground.processes().empty());
  sandbox::down(ground.world, ground.folder, false, ground.nobody);
  CHECK_FALSE(ground.files.info(ground.folder));
  CHECK(ground.processes().empty());
  CHECK(kindOf([&] { ground.look(); }) == "not_found");
}

TEST_CASE("a folder with something else in it is neither used nor deleted") {
  Ground ground;
  ground.files.makeFolder(ground.folder, 0755);
  ground.files.replace(ground.folder + "/precious", "x", 0644);
  CHECK(kindOf([&] { ground.up(); }) == "refused");
  CHECK(kindOf([&] { sandbox::down(ground.world, ground.folder, false, ground.nobody); }) ==
        "refused");
  CHECK(ground.files.read(ground.folder + "/precious") == "x");
  ground.files.removeTree(ground.folder);
}
