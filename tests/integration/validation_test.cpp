#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "commands/nouns.hpp"
#include "commands/program.hpp"
#include "lib/adapters/clock.hpp"
#include "lib/adapters/curl.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/postgres.hpp"
#include "lib/adapters/process.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/prompt.hpp"

using Catch::Matchers::Contains;

namespace {

/// A sandbox, and the program run on it as from a shell.
struct Ground {
  core::Cancellation cancellation;
  adapters::ProcessShell shell{cancellation};
  adapters::PostgresServer sql{cancellation};
  adapters::CurlHttp http{cancellation};
  adapters::DiskFiles files;
  adapters::DiskTrees trees{cancellation};
  adapters::SystemClock clock{cancellation};
  fakes::FakePrompt prompt{cancellation};
  core::NoProgress nobody;
  ports::World world{shell, sql, http, files, clock, prompt, cancellation, {}, nullptr, &trees};
  std::string folder = fmt::format("/tmp/sotctl-validation-{}", getpid());
  sandbox::Report report;
  std::string out;
  std::string err;

  Ground() {
    world.caller.uid = geteuid();
    const auto name = shell.run(ports::Command{{"id", "-un"}}).out;
    world.caller.account = name.substr(0, name.find('\n'));
    world.caller.person = world.caller.account;
    world.caller.host = "here";
    world.caller.pid = getpid();
    prompt.noTerminal();
    report = sandbox::up(world, {folder, 10'000'000}, nobody);
  }
  ~Ground() {
    try {
      sandbox::down(world, folder, false, nobody);
    } catch (const core::Error&) {
      // The test says more than this would.
    }
  }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"-c", folder + "/sotctl.toml"});
    commands::Start start;
    start.words = std::move(words);
    start.home = "/root";
    std::ostringstream to;
    std::ostringstream errors;
    const int status =
        commands::program(world, start, commands::allNouns(), to, errors, [](core::Duration) {});
    out = to.str();
    err = errors.str();
    return status;
  }
  core::Json json() const { return core::Json::parse(out); }
  core::Json check(const std::string& id) const {
    const core::Json document = json();
    for (const auto& one : document["checks"]) {
      if (one["id"] == id) return one;
    }
    return nullptr;
  }
};

}  // namespace

TEST_CASE("a sandbox is validated: all is well, then each thing that breaks is named") {
  Ground ground;

  // A backup set is no part of post-upgrade; everything else of a healthy instance passes.
  INFO(ground.out << ground.err);
  int status = ground.run({"validate", "post-upgrade", "--skip-tag", "code", "-o", "json"});
  INFO(ground.out << ground.err);
  REQUIRE(status == 0);
  CHECK(ground.json()["outcome"] != "fail");
  CHECK(ground.json()["took_ms"].get<int>() < 15000);  // two seconds where nothing else runs
  for (const char* id : {"web.login", "web.static", "workers.job", "workers.webhook", "logs",
                         "media.upload", "media.write", "database.sequences", "code.current"}) {
    INFO(id << ground.check(id).dump());
    CHECK(ground.check(id)["outcome"] == "pass");
  }
  const std::string run = ground.json()["run"];
  CHECK(ground.run({"runbook", "render", "--run", run}) == 0);
  CHECK_THAT(ground.out, Contains("- [x] **a job really runs**: it ran within"));
  CHECK(ground.run({"run", "list"}) == 0);
  CHECK_THAT(ground.out, Contains(run) && Contains("validate") && Contains("done"));

  // Nothing of the probes is left.
  CHECK(ground.run({"validate", "post-restore", "--tag", "media", "-o", "json"}) == 0);
  CHECK(ground.check("media.files")["outcome"] == "pass");

  // What only reads leaves out the probes, with the reason.
  CHECK(ground.run({"validate", "post-restart", "--read-only", "-o", "json"}) == 0);
  CHECK(ground.check("workers.job")["outcome"] == "skip");

  // A snapshot, a change, and what it is in words.
  status = ground.run({"snapshot", "take", "--name", "before", "--csv", "dcim_site"});
  CHECK((status == 0 || status == 13));  // the stand-in has no GraphQL
  auto session = ground.sql.connect(
      {ground.folder + "/run", ground.report.state.ports.postgres, "netbox", "postgres", {}, {}});
  session->execute(
      "UPDATE dcim_site SET description = 'changed' WHERE id = (SELECT min(id) FROM dcim_site)");
  CHECK(ground.run({"snapshot", "diff", "before"}) == 10);
  CHECK_THAT(ground.out, Contains("dcim_site: 0 rows gone, 1 changed, 0 new"));

  // A sequence behind its table, a migration that the code does not know.
  session->execute("SELECT setval(pg_get_serial_sequence('dcim_device', 'id'), 1)");
  CHECK(ground.run({"validate", "post-restore", "--tag", "database", "--skip-tag", "code", "-o",
                    "json"}) == 10);
  CHECK(ground.check("database.sequences")["outcome"] == "fail");

  // The worker is gone: the job check is skipped because of it.
  for (const auto& member : ground.report.members) {
    if (member.name == "worker") kill(member.state.pid, SIGKILL);
  }
  CHECK(ground.run({"validate", "post-restart", "-o", "nagios"}) == 2);
  CHECK_THAT(ground.out, Catch::Matchers::StartsWith("CRITICAL: "));

  // The database is gone: what needs it is skipped because of it, and nothing hangs.
  for (const auto& member : ground.report.members) {
    if (member.name == "postgres") kill(member.state.pid, SIGINT);
  }
  status = ground.run({"validate", "post-restart", "-o", "json", "--write",
                       "junit=" + ground.folder + "/report.xml"});
  CHECK(status == 10);
  CHECK(ground.check("web.login-page")["found"] == "because database failed");
  CHECK_THAT(ground.files.read(ground.folder + "/report.xml"),
             Contains("<testsuite name=\"post-restart\""));
}
