#include "commands/validate/validate.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "commands/runbook/runbook.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "lib/step/store.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

const char* const kConfiguration = R"(format = 1
[instance.netbox]
product = "netbox"
environment = "production"
[instance.netbox.database]
name = "netbox"
application = { user = "netbox" }
[instance.netbox.parameters]
file = "/stamp"
)";

// One item waits for the other: the fakes are for one thread.
const char* const kList = R"(title = "Of ${instance}"
[parameter.file]
help = "what is looked at"
[[check]]
id = "stamp"
kind = "file-age"
with = { file = "${file}", within = "1h" }
[[check]]
id = "probe"
kind = "probe-command"
with = { argv = ["touch-it"] }
needs = ["stamp"]
[[manual]]
id = "seen"
title = "Look at it"
)";

/// The program with a checklist of its own on a host with one production instance.
struct Bench {
  Bench() {
    fakes.files.put("/etc/sotctl/sotctl.toml", kConfiguration);
    fakes.files.put("/etc/sotctl/checklists/own.toml", kList);
    fakes.files.put("/stamp", "x");
    fakes.prompt.noTerminal();
    fakes.world().caller.person = "alice";
  }
  int run(Words words) {
    out.str("");
    err.str("");
    commands::Start start;
    start.words = std::move(words);
    start.home = "/root";
    return commands::program(
        fakes.world(), start,
        {commands::validateNoun(), commands::runbookNoun(), commands::snapshotNoun()}, out, err,
        [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }

  fakes::FakeWorld fakes;
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE("validate tells each item, records it, and leaves probes out on production") {
  Bench bench;
  CHECK(bench.run({"validate", "own", "-o", "json"}) == 0);
  const auto json = bench.json();
  CHECK(json["title"] == "Of netbox");
  REQUIRE(json["checks"].size() == 3);
  CHECK(json["checks"][0]["outcome"] == "pass");
  CHECK_THAT(json["checks"][1]["found"].get<std::string>(),
             Contains("on production that needs --probes"));
  CHECK(json["checks"][2]["found"] == "to be done by a person");
  const std::string run = json["run"];
  const auto stored = step::RunStore(bench.fakes.world(), "/var/lib/sotctl").find(run);
  CHECK(stored.outcome == step::RunOutcome::done);
  CHECK(stored.plan.verb == "validate");
  CHECK(bench.run({"runbook", "render", "--run", run}) == 0);
  CHECK_THAT(bench.out.str(), Contains("- [x] **file /stamp**: written"));
  CHECK_THAT(bench.out.str(), Contains("- [ ] **Look at it** (skip)"));
}

TEST_CASE("a failed check ends with 10, in Nagios's form with 2; files are written all the same") {
  Bench bench;
  CHECK(bench.run({"validate", "own", "--set", "file=/none", "--write", "junit=/r.xml", "--write",
                   "prometheus=/m.prom"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("1 failed"));
  CHECK_THAT(bench.fakes.files.text("/r.xml"), Contains("<failure message=\"it is not there\""));
  CHECK_THAT(bench.fakes.files.text("/m.prom"), Contains("sotctl_check_outcome{"));
  CHECK(bench.run({"validate", "own", "--set", "file=/none", "-o", "nagios"}) == 2);
  CHECK_THAT(bench.out.str(), Catch::Matchers::StartsWith("CRITICAL: 1 failed, 2 skipped"));
  CHECK_THAT(bench.err.str(), Contains("1 failed"));
}

TEST_CASE("what goes wrong before a check is asked is unknown to Nagios and an error in JUnit") {
  Bench bench;
  CHECK(bench.run({"validate", "owm", "-o", "nagios", "--write", "junit=/r.xml"}) == 3);
  CHECK_THAT(bench.out.str(), Catch::Matchers::StartsWith("UNKNOWN: "));
  CHECK_THAT(bench.err.str(), Contains("Did you mean own"));
  CHECK_THAT(bench.fakes.files.text("/r.xml"),
             Contains("<error message=\"no checklist is called owm\""));
  CHECK(bench.run({"runbook", "list", "-o", "junit"}) == 2);
  CHECK_THAT(bench.err.str(), Contains("gives no check results"));
  CHECK(bench.run({"runbook", "list", "--write", "tap=/x"}) == 2);
}

TEST_CASE("answers of people stay over a resume, machines are asked again") {
  Bench bench;
  bench.fakes.files.put("/answers", "own.seen = \"yes: with bob\"\n", 0600);
  CHECK(bench.run({"validate", "own", "--answers", "/answers", "-o", "json"}) == 0);
  CHECK(bench.json()["checks"][2]["found"] == "done, says alice: with bob");
  const std::string run = bench.json()["run"];
  CHECK(bench.run({"validate", "--resume", run}) == 5);

  // As a process leaves it that died before its end.
  step::RunStore store(bench.fakes.world(), "/var/lib/sotctl");
  const std::string file = store.folder(run) + "/journal.jsonl";
  std::string text = bench.fakes.files.text(file);
  text.resize(text.rfind('\n', text.size() - 2) + 1);
  bench.fakes.files.put(file, text, 0600);
  bench.fakes.files.remove("/stamp");
  CHECK(bench.run({"validate", "--resume", run, "-o", "json"}) == 10);
  CHECK(bench.json()["run"] == run);
  CHECK(bench.json()["checks"][0]["outcome"] == "fail");
  CHECK(bench.json()["checks"][2]["found"] == "done, says alice: with bob");
}

TEST_CASE("a dry run of validate asks, and records nothing") {
  Bench bench;
  const auto before = bench.fakes.files.paths();
  CHECK(bench.run({"validate", "own", "-n"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("stamp"));
  CHECK(bench.fakes.files.paths() == before);
}

TEST_CASE("a checklist that others can write is not asked") {
  Bench bench;
  bench.fakes.files.put("/etc/sotctl/checklists/own.toml", kList, 0666);
  CHECK(bench.run({"validate", "own"}) == 5);
}

TEST_CASE("mistakes of a list are told at once; tags that nobody has are refused") {
  Bench bench;
  bench.fakes.files.put(
      "/etc/sotctl/checklists/own.toml",
      "title = \"T\"\n[[check]]\nid = \"a\"\nkind = \"file-agee\"\n[[check]]\nid = "
      "\"b\"\nkind = \"api\"\nwith = { path = \"/api/\" }\nneeds = [\"c\"]\n");
  CHECK(bench.run({"validate", "own"}) == 3);
  CHECK_THAT(bench.err.str(),
             Contains("file-age") && Contains("it would assert nothing") && Contains("b needs c"));
  bench.fakes.files.put("/etc/sotctl/checklists/own.toml", kList);
  CHECK(bench.run({"validate", "own", "--tag", "none"}) == 2);
  CHECK(bench.run({"validate", "own", "--set", "fil=x"}) == 2);
  CHECK(bench.run({"validate"}) == 2);
}

TEST_CASE("runbook list and show know the built-in lists, and render chooses one for an upgrade") {
  Bench bench;
  CHECK(bench.run({"runbook", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("post-upgrade") && Contains("own") && Contains("built in"));
  for (const char* name : {"post-restart", "post-restore", "post-upgrade", "upgrade-simple",
                           "upgrade-complex", "dev-instance", "monitoring", "policies"}) {
    INFO(name);
    CHECK(bench.run({"runbook", "show", name}) == 0);
  }
  CHECK(bench.run({"runbook", "render", "--from", "4.2.3", "--to", "4.2.9"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("# Update NetBox from 4.2.3 to 4.2.9") &&
                                  Contains("## Why the simple checklist") &&
                                  Contains("- [ ] **Release notes from 4.2.3 to 4.2.9 are read"));
  CHECK(bench.run({"runbook", "render", "--from", "4.1.0", "--to", "4.2.9"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("## Why the complex checklist"));
  CHECK(bench.run({"runbook", "render", "--from", "4.1.0"}) == 2);
}
