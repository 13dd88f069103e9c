#include "commands/run/run.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "lib/step/store.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

/// The program with the noun `run`, no configuration, and one run that somebody left unfinished.
struct Bench {
  Bench() {
    step::Plan plan;
    plan.id = kRun;
    plan.verb = "restore finish";
    plan.instance = "netbox";
    plan.title = "drop the kept database netbox_before_x";
    plan.facts = {{"database", "netbox"}};
    plan.steps = {{"database.dropped", {{"database", "netbox_before_x"}, {"oid", 4711}}}};
    step::RunStore store(fakes.world(), "/var/lib/sotctl");
    step::Journal journal = store.create(plan, "0.1.0", "because", "T1");
    journal.add("attempt", {{"mode", "run"}});
    store.mark(step::readRun(journal.read()));
  }
  int run(Words words) {
    out.str("");
    err.str("");
    start.words = std::move(words);
    start.home = "/root";
    return commands::program(fakes.world(), start, {commands::runNoun()}, out, err,
                             [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }
  std::size_t records() { return journalOf().size(); }
  std::vector<core::Json> journalOf() {
    return step::RunStore(fakes.world(), "/var/lib/sotctl").journal(kRun).read();
  }

  static constexpr const char* kRun = "20261121T030012Z-3f2a";
  fakes::FakeWorld fakes;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE("run list tells every run, and those that were not ended") {
  Bench bench;
  CHECK(bench.run({"run", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains(Bench::kRun) && Contains("unfinished"));
  CHECK(bench.run({"run", "list", "--unfinished", "-o", "json"}) == 0);
  CHECK(bench.json()["runs"].size() == 1);
  CHECK(bench.json()["runs"][0]["reason"] == "because");
}

TEST_CASE("a journal that can't be read is listed with the reason") {
  Bench bench;
  bench.fakes.files.put("/var/lib/sotctl/runs/20261121T040000Z-0000/journal.jsonl", "not JSON\n",
                        0640);
  CHECK(bench.run({"run", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("can't be read"));
  CHECK(bench.run({"run", "show", "20261121T040000Z-0000"}) == 11);
}

TEST_CASE("run show works without a configuration, by hand too") {
  Bench bench;
  CHECK(bench.run({"run", "show", Bench::kRun}) == 0);
  CHECK_THAT(bench.out.str(), Contains("not reached") && Contains("oid 4711"));
  CHECK(bench.run({"run", "show", "20261121T03", "--manual"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("DROP DATABASE"));
  CHECK(bench.run({"run", "show", "2025"}) == 4);
}

TEST_CASE("run take records both names, once") {
  Bench bench;
  bench.fakes.world().caller.person = "grace";
  const std::size_t before = bench.records();
  CHECK(bench.run({"run", "take", Bench::kRun, "--dry-run"}) == 0);
  CHECK(bench.records() == before);
  CHECK(bench.run({"run", "take", Bench::kRun}) == 0);
  const core::Json record = bench.journalOf().back();
  CHECK(record["from"] == "ada");
  CHECK(record["person"] == "grace");
  CHECK(bench.run({"run", "take", Bench::kRun}) == 0);
  CHECK_THAT(bench.out.str(), Contains("Already so"));
}

TEST_CASE("run note adds a remark that run show tells") {
  Bench bench;
  CHECK(bench.run({"run", "note", Bench::kRun, "load", "balancer", "drained"}) == 0);
  CHECK(bench.run({"run", "show", Bench::kRun}) == 0);
  CHECK_THAT(bench.out.str(), Contains("load balancer drained"));
}

TEST_CASE("a journal that no run can have written is told as damaged") {
  Bench bench;
  const std::string file = std::string("/var/lib/sotctl/runs/") + Bench::kRun + "/journal.jsonl";
  bench.fakes.files.put(file, std::string(17 << 20, 'x'), 0640);
  CHECK(bench.run({"run", "show", Bench::kRun}) == 11);
  CHECK_THAT(bench.err.str(), Contains("18 MB") && Contains("Keep a copy"));
}

TEST_CASE("run report tells who did what, when and why, and what can be done now") {
  Bench bench;
  CHECK(bench.run({"run", "report", Bench::kRun}) == 0);
  CHECK_THAT(bench.out.str(), Contains("# drop the kept database netbox\\_before") ||
                                  Contains("# drop the kept database netbox_before_x"));
  CHECK_THAT(bench.out.str(), Contains("| Reason | because |") && Contains("| Task | T1 |") &&
                                  Contains("no step was begun") &&
                                  Contains("`sotctl run resume 20261121T030012Z-3f2a`"));
  CHECK(bench.run({"run", "report", Bench::kRun, "-o", "json"}) == 0);
  const core::Json told = bench.json();
  CHECK(told["attempts"][0]["mode"] == "run");
  CHECK(told["outcome"] == "unfinished");
  CHECK(told["steps"].empty());
  CHECK(bench.run({"run", "report", "2025"}) == 4);
}

TEST_CASE("run report tells steps with their times, failures, notes and a point of no return") {
  Bench bench;
  step::Journal journal =
      step::RunStore(bench.fakes.world(), "/var/lib/sotctl").journal(Bench::kRun);
  const core::Json step{{"step", "1"}, {"kind", "database.dropped"}};
  const auto with = [&](const char* key, const char* value) {
    core::Json record = step;
    record[key] = value;
    return record;
  };
  journal.add("started", step);
  journal.add("failed", {{"kind", "unreachable"}, {"message", "cut | off"}});
  journal.add("note", {{"text", "power was lost"}});
  journal.add("attempt", {{"mode", "resume"}});
  journal.add("started", step);
  bench.fakes.clock.advance(std::chrono::seconds(3));
  journal.add("done", with("found", "gone"));
  journal.add("result", {{"values", {{"downtime_ms", 812.4}}}});
  journal.add("end", {{"outcome", "done"}});
  CHECK(bench.run({"run", "report", Bench::kRun}) == 0);
  CHECK_THAT(bench.out.str(), Contains("| 3.0 s | 1 | the kept database") &&
                                  Contains("done: gone") && Contains("not ended") &&
                                  Contains("cut \\| off") && Contains("power was lost") &&
                                  Contains("- downtime: 0.8 s") && Contains("can't be undone"));
}
