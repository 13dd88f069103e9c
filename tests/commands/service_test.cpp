#include "commands/service/service.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "commands/run/run.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/service/units.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

/// The program with an instance of two units and a probe.
struct Bench {
  Bench() : units(fakes) {
    fakes.files.put("/etc/sotctl/sotctl.toml", R"(format = 1
[instance.netbox]
product = "netbox"
environment = "development"
[instance.netbox.database]
name = "netbox"
application = { user = "netbox", host = "db" }
[[instance.netbox.service]]
name = "netbox"
role = "application"
[[instance.netbox.service]]
name = "netbox-rq"
role = "worker"
[[instance.netbox.service]]
name = "export"
role = "other"
unit = "export.timer"
spreads = true
)");
    units.units["netbox.service"] = {};
    units.units["netbox-rq.service"] = {};
    units.units["export.timer"] = {};
    fakes.sql.goDown();
    fakes.shell.on("journalctl *").always();
  }

  int run(Words words) {
    out.str("");
    err.str("");
    start.words = std::move(words);
    start.home = "/root";
    return commands::program(fakes.world(), start, {commands::serviceNoun(), commands::runNoun()},
                             out, err, [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }

  fakes::FakeWorld fakes;
  Units units;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

const Words kRestart{"service", "restart", "--drain", "0s", "--settle", "1s", "--yes"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("a restart stops the worker first and starts it last") {
  Bench bench;
  const int status = bench.run(kRestart);
  CAPTURE(bench.out.str(), bench.err.str());
  CHECK(status == 0);
  CHECK(bench.units.done == std::vector<std::string>{"stop netbox-rq.service",
                                                     "stop netbox.service", "start netbox.service",
                                                     "start netbox-rq.service"});
  CHECK_THAT(bench.out.str(), Contains("proven"));
}

TEST_CASE("a dry run of a restart changes nothing and shows the steps") {
  Bench bench;
  CHECK(bench.run(with(kRestart, {"--dry-run"})) == 0);
  CHECK(bench.units.done.empty());
  CHECK(bench.fakes.files.changes().empty());
  CHECK_THAT(bench.out.str(), Contains("stopped: netbox-rq, netbox"));
}

TEST_CASE("a service that does not stay up is no success, and nothing is left stopped") {
  Bench bench;
  bench.units.units["netbox-rq.service"].dies_after_start = true;
  CHECK(bench.run(kRestart) == 12);
  CHECK_THAT(bench.err.str(), Contains("netbox-rq") && Contains("exit-code"));
  CHECK(bench.units.units["netbox.service"].active == "active");
}

TEST_CASE("a unit that does not stop is killed only when that is asked for") {
  Bench bench;
  bench.fakes.prompt.noTerminal();
  bench.units.units["netbox-rq.service"].stubborn = true;
  CHECK(bench.run(kRestart) == 12);
  CHECK_THAT(bench.err.str(), Contains("--kill-after"));
  CHECK(bench.units.killed.empty());
  // The database is down, and need not be there for taking the run back.
  CHECK(bench.run({"run", "list", "-o", "json"}) == 0);
  const std::string id = bench.json()["runs"][0]["run"];
  bench.units.units["netbox-rq.service"].stubborn = false;
  CHECK(bench.run({"run", "abort", id, "--yes"}) == 0);
  CHECK(bench.units.units["netbox-rq.service"].active == "active");
}

TEST_CASE("with --kill-after a unit that does not stop is ended by force") {
  Bench bench;
  bench.units.units["netbox-rq.service"].stubborn = true;
  const int status = bench.run(with(kRestart, {"--kill-after", "5s"}));
  CAPTURE(bench.err.str());
  CHECK(status == 0);
  CHECK(bench.units.killed == std::set<std::string>{"netbox-rq.service"});
}

TEST_CASE("a start limit and a changed unit file do not keep a service down") {
  Bench bench;
  auto& unit = bench.units.units["netbox.service"];
  unit.active = "failed";
  unit.sub = "failed";
  unit.result = "start-limit-hit";
  unit.reload = true;
  CHECK(bench.run(kRestart) == 0);
  CHECK(unit.active == "active");
  CHECK_FALSE(unit.reload);
}

TEST_CASE("a masked unit is refused before anything is stopped") {
  Bench bench;
  bench.units.units["netbox-rq.service"].load = "masked";
  CHECK(bench.run(kRestart) == 5);
  CHECK_THAT(bench.err.str(), Contains("masked"));
  CHECK(bench.units.done.empty());
}

TEST_CASE("an unknown service names the near ones") {
  Bench bench;
  CHECK(bench.run({"service", "restart", "--only", "netbox-rg", "--yes"}) == 4);
  CHECK_THAT(bench.err.str(), Contains("netbox-rq"));
}

TEST_CASE("services that are young enough are left alone") {
  Bench bench;
  CHECK(bench.run(with(kRestart, {"--if-older-than", "2026-11-20T00:00Z"})) == 0);
  CHECK(bench.units.done.empty());
  CHECK_THAT(bench.out.str(), Contains("Already so"));
  CHECK(bench.run(with(kRestart, {"--if-older-than", "2026-11-22T00:00Z"})) == 0);
  CHECK(bench.units.done.size() == 4);
}

TEST_CASE("stop and start reach their state once, and say so the second time") {
  Bench bench;
  CHECK(bench.run({"service", "stop", "netbox-rq", "--yes"}) == 0);
  CHECK(bench.units.units["netbox-rq.service"].active == "inactive");
  CHECK(bench.run({"service", "stop", "netbox-rq", "--yes"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("Already so"));
  CHECK(bench.run({"service", "start", "netbox-rq"}) == 0);
  CHECK(bench.units.done.size() == 2);
  CHECK(bench.run({"service", "stop", "netbox-rq", "--dry-run"}) == 0);
  CHECK(bench.units.done.size() == 2);
}

TEST_CASE("a hold stops what spreads data, and a release starts only what it stopped") {
  Bench bench;
  bench.units.units["export.timer"].active = "inactive";
  CHECK(bench.run({"service", "hold", "--yes"}) == 2);
  CHECK(bench.run({"service", "hold", "--reason", "bad import", "--dry-run"}) == 0);
  CHECK(bench.units.done.empty());
  CHECK(bench.run({"service", "hold", "--reason", "bad import", "--yes"}) == 0);
  CHECK(bench.units.done == std::vector<std::string>{"stop netbox-rq.service"});
  CHECK_THAT(bench.out.str(), Contains("bad import"));
  CHECK(bench.run({"service", "start", "netbox-rq"}) == 5);
  CHECK_THAT(bench.err.str(), Contains("--accept held"));
  CHECK(bench.run(kRestart) == 5);
  CHECK(bench.run({"service", "release", "--yes"}) == 0);
  CHECK(bench.units.done.back() == "start netbox-rq.service");
  CHECK(bench.units.done.size() == 2);
  CHECK(bench.run({"service", "release", "--yes"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("nothing is held"));
}

TEST_CASE("status says in words what is wrong, and who holds") {
  Bench bench;
  bench.units.units["netbox-rq.service"].sub = "auto-restart";
  bench.units.units["netbox-rq.service"].active = "activating";
  CHECK(bench.run({"service", "status"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("crash-looping"));
  CHECK(bench.run({"service", "status", "netbox", "-o", "json"}) == 0);
  CHECK(bench.json()["instances"][0]["services"][0]["identity"] == "abc1");
}

TEST_CASE("emptying a cache that is the job queue is refused with the reason") {
  Bench bench;
  bench.fakes.files.put("/etc/sotctl/sotctl.toml",
                        bench.fakes.files.text("/etc/sotctl/sotctl.toml") +
                            "[instance.netbox.redis]\ncache_database = 0\n");
  bench.fakes.shell.on("redis-cli *").always();
  CHECK(bench.run(with(kRestart, {"--clear-cache"})) == 5);
  CHECK_THAT(bench.err.str(), Contains("job queue"));
  CHECK(bench.units.done.empty());
}
