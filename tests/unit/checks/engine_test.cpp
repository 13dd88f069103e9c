#include "lib/checks/engine.hpp"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "lib/adapters/clock.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using checks::Finished;
using checks::Item;
using core::Outcome;
using namespace std::chrono_literals;

namespace {

core::CheckResult result(Outcome outcome, const std::string& found = "x") {
  return {{}, "subject", outcome, found, {}, {}};
}

Item item(const std::string& id, const std::string& kind, std::vector<std::string> needs = {}) {
  Item one;
  one.id = id;
  one.kind = kind;
  one.needs = std::move(needs);
  one.place = "list:1";
  return one;
}

Item manual(const std::string& id) {
  Item one = item(id, "");
  one.type = Item::Type::manual;
  one.title = "do " + id;
  return one;
}

/// An engine over kinds that give what their name says.
struct Bench {
  fakes::FakeWorld fakes;
  std::atomic<int> asked{0};
  int fails_first = 0;
  checks::Asking asking;

  Bench() { asking.at_once = 1; }

  checks::Register kinds() {
    return [this](checks::Kinds& kinds, ports::World& world) {
      const auto add = [&](const std::string& name, Outcome outcome) {
        kinds.add(name, {{}, {"text"}, false, [this, outcome](const checks::Arguments&) {
                           ++asked;
                           return result(outcome);
                         }});
      };
      add("good", Outcome::pass);
      add("warns", Outcome::warn);
      add("bad", Outcome::fail);
      add("dark", Outcome::unknown);
      add("skips", Outcome::skip);
      kinds.add("touches", {{}, {}, true, [this](const checks::Arguments&) {
                              ++asked;
                              return result(Outcome::pass);
                            }});
      kinds.add("late", {{}, {}, false, [this](const checks::Arguments&) {
                           return result(++asked > fails_first ? Outcome::pass : Outcome::fail);
                         }});
      kinds.add("sleeps", {{}, {"time"}, false, [&world](const checks::Arguments& arguments) {
                             world.clock.sleep(arguments.duration("time", 1s));
                             return result(Outcome::pass);
                           }});
      kinds.add("lies", {{}, {}, false, [&world](const checks::Arguments&) {
                           world.files.replace("/x", "y", 0600);
                           return result(Outcome::pass);
                         }});
      kinds.add("empty", {{}, {}, false, {}, [](const checks::Arguments&) {
                            throw core::Error(core::Kind::configuration, "it would assert nothing");
                          }});
    };
  }
  std::vector<Finished> run(const std::vector<Item>& items) {
    return checks::Engine(fakes.world(), kinds()).run(items, asking);
  }
  std::string wrong(const std::vector<Item>& items) {
    try {
      checks::Engine(fakes.world(), kinds()).examine(items);
      return "nothing";
    } catch (const core::Error& error) {
      return error.what();
    }
  }
};

}  // namespace

TEST_CASE("a check whose ground failed is skipped because of it, and so is what needs that") {
  Bench bench;
  const auto done = bench.run({item("c", "good", {"b"}), item("b", "good", {"a"}), item("a", "bad"),
                               item("d", "good"), item("e", "good", {"w"}), item("w", "warns")});
  REQUIRE(done.size() == 6);
  CHECK(done[0].item.id == "c");
  CHECK(done[0].result.outcome == Outcome::skip);
  CHECK(done[0].result.found == "because b was skipped");
  CHECK(done[1].result.found == "because a failed");
  CHECK(done[3].result.outcome == Outcome::pass);
  CHECK(done[4].result.outcome == Outcome::pass);
  CHECK(bench.asked == 4);
}

TEST_CASE("what could not be determined is ground for nothing") {
  Bench bench;
  const auto done = bench.run({item("a", "dark"), item("b", "good", {"a"})});
  CHECK(done[1].result.found == "because a could not be determined");
}

TEST_CASE("a list is refused with everything that is wrong in it") {
  Bench bench;
  CHECK_THAT(bench.wrong({item("a", "goood"), item("a", "good"), item("b", "good", {"c"}),
                          item("d", "empty")}),
             Contains("there is no check kind goood; Did you mean good?") &&
                 Contains("two items are called a") && Contains("b needs c, which is not in") &&
                 Contains("check d: it would assert nothing"));
  CHECK_THAT(bench.wrong({item("a", "good", {"b"}), item("b", "good", {"a"})}),
             Contains("in a circle: a, b"));
  CHECK_THAT(bench.wrong({manual("a")}), Contains("it would assert nothing"));
  CHECK(bench.wrong({item("a", "good")}) == "nothing");
}

TEST_CASE("what is left out here is skipped with the reason, and its values are not looked at") {
  Bench bench;
  Item left = item("a", "empty");
  left.left_out = "export is not set";
  CHECK(bench.wrong({left, item("b", "good")}) == "nothing");
  Item person = manual("c");
  person.required = true;
  person.left_out = "the check that export sets up does this";
  const auto done = bench.run({left, item("b", "good"), person});
  CHECK(done[0].result.outcome == Outcome::skip);
  CHECK(done[0].result.found == "export is not set");
  CHECK(done[2].result.outcome == Outcome::skip);
  left.kind = "emptyy";
  CHECK_THAT(bench.wrong({left, item("b", "good")}), Contains("no check kind emptyy"));
}

TEST_CASE("probes are left out with the reason, unless they may touch the system") {
  Bench bench;
  bench.asking.why_no_probes = "only reads";
  auto done = bench.run({item("a", "touches")});
  CHECK(done[0].result.outcome == Outcome::skip);
  CHECK(done[0].result.found == "only reads");
  CHECK(bench.asked == 0);
  bench.asking.probes = true;
  CHECK(bench.run({item("a", "touches")})[0].result.outcome == Outcome::pass);
}

TEST_CASE("a kind that says it only reads can't change anything") {
  Bench bench;
  CHECK_THROWS_AS(bench.run({item("a", "lies")}), std::logic_error);
}

TEST_CASE("a check is tried again as often as it may, within its time") {
  Bench bench;
  bench.fails_first = 2;
  Item one = item("a", "late");
  one.tries = 5;
  one.pause = 3s;
  const auto done = bench.run({one});
  CHECK(done[0].result.outcome == Outcome::pass);
  CHECK(done[0].tries == 3);
  CHECK(bench.fakes.clock.slept() == 6s);
  bench.asked = 0;
  one.limit = 4s;
  CHECK(bench.run({one})[0].tries == 2);
}

TEST_CASE("a check that takes too long could not be determined") {
  Bench bench;
  Item one = item("a", "sleeps");
  one.arguments = {{"time", "1h"}};
  one.limit = 2s;
  const auto done = bench.run({one});
  CHECK(done[0].result.outcome == Outcome::unknown);
  CHECK_THAT(done[0].result.found, Contains("its time is over"));
}

TEST_CASE("an ignored finding is counted, until it expires") {
  Bench bench;
  Item one = item("a", "bad");
  one.ignored = {{"x", "ticket 7", core::parseUtc("2026-12-01T00:00:00Z")}};
  auto done = bench.run({one});
  CHECK(done[0].result.outcome == Outcome::pass);
  CHECK(done[0].ignored == std::vector<std::string>{"ticket 7"});
  one.ignored[0].until = core::parseUtc("2026-11-01T00:00:00Z");
  done = bench.run({one});
  CHECK(done[0].result.outcome == Outcome::fail);
  CHECK(done[0].ignored.empty());
  CHECK_THAT(done[0].result.hint, Contains("expired on 2026-11-01"));
}

TEST_CASE("grace after a start and a lower severity make a failure a warning") {
  Bench bench;
  Item one = item("a", "bad");
  one.grace = 5min;
  bench.asking.started = bench.fakes.clock.now() - 1min;
  CHECK(bench.run({one})[0].result.outcome == Outcome::warn);
  bench.asking.started = bench.fakes.clock.now() - 6min;
  CHECK(bench.run({one})[0].result.outcome == Outcome::fail);
  one.only_warns = true;
  CHECK(bench.run({one})[0].result.outcome == Outcome::warn);
}

TEST_CASE("on the passive host what only the active one has is well") {
  Bench bench;
  Item one = item("b", "bad");
  one.only_on = "a";
  auto done = bench.run({item("a", "skips"), one});
  CHECK(done[1].result.outcome == Outcome::pass);
  CHECK(done[1].result.found == "passive, not expected here: x");
  done = bench.run({item("a", "dark"), one});
  CHECK(done[1].result.outcome == Outcome::unknown);
  done = bench.run({item("a", "good"), one});
  CHECK(done[1].result.outcome == Outcome::fail);
}

TEST_CASE("people are asked when machines are done; nobody there is skip, or unknown if required") {
  Bench bench;
  Item required = manual("r");
  required.required = true;
  auto done = bench.run({manual("m"), required, item("a", "good")});
  CHECK(done[0].result.outcome == Outcome::skip);
  CHECK(done[1].result.outcome == Outcome::unknown);
  std::vector<std::string> order;
  bench.asking.finished = [&](const Finished& one) { order.push_back(one.item.id); };
  bench.asking.person = [](const Item&) { return result(Outcome::fail, "no"); };
  done = bench.run({manual("m"), item("a", "good"), item("b", "good", {"m"})});
  CHECK(done[0].result.outcome == Outcome::fail);
  CHECK(done[2].result.found == "because m failed");
  CHECK(order == std::vector<std::string>{"a", "m", "b"});
}

TEST_CASE("kept answers stand and are not asked again") {
  Bench bench;
  Finished kept;
  kept.item.id = "m";
  kept.result = result(Outcome::pass, "done, says alice");
  bench.asking.kept["m"] = kept;
  bench.asking.person = [](const Item&) -> core::CheckResult { throw std::logic_error("asked"); };
  CHECK(bench.run({manual("m"), item("a", "good")})[0].result.found == "done, says alice");
}

TEST_CASE("tags choose items with what they need; a tag that nobody has is refused") {
  Item web = item("web", "good", {"db"});
  web.tags = {"web"};
  Item other = item("other", "good");
  other.tags = {"slow"};
  const std::vector<Item> all{item("db", "good"), web, other};
  const auto chosen = checks::select(all, {"web"}, {});
  REQUIRE(chosen.size() == 2);
  CHECK(chosen[0].id == "db");
  CHECK(checks::select(all, {}, {"slow"}).size() == 2);
  CHECK_THROWS_AS(checks::select(all, {"wep"}, {}), core::Error);
}

TEST_CASE("200 independent checks take hardly longer than the slowest one") {
  fakes::FakeWorld fakes;
  core::Cancellation cancellation;
  adapters::SystemClock clock(cancellation);
  ports::World world{fakes.shell, fakes.sql,    fakes.http,   fakes.files,
                     clock,       fakes.prompt, cancellation, {}};
  const checks::Register fill = [](checks::Kinds& kinds, ports::World& inner) {
    kinds.add("waits", {{}, {}, false, [&inner](const checks::Arguments&) {
                          inner.clock.sleep(400ms);
                          return result(Outcome::pass);
                        }});
  };
  std::vector<Item> items;
  for (int i = 0; i < 200; ++i) items.push_back(item(fmt::format("c{}", i), "waits"));
  const auto began = std::chrono::steady_clock::now();
  const auto done = checks::Engine(world, fill).run(items, {});
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(done.size() == 200);
  // 1.5 times the slowest is what is asked for; a loaded machine gets some more.
  CHECK(took < 1200ms);
}
