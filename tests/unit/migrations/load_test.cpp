#include "lib/migrations/load.hpp"

#include "tests/catch.hpp"
#include "tests/unit/migrations/sample_code.hpp"

using Catch::Matchers::Contains;
using migrations::Key;
using migrations::Loaded;
using migrations::Problem;

namespace {

std::string problems(const Loaded& loaded) {
  std::string all;
  for (const Problem& one : loaded.problems) {
    all += (all.empty() ? "" : "; ") + migrations::inWords(one);
  }
  return all;
}

/// a.1 - a.2 - a.3, b.1 needs a.2; a.1s replaces a.1 and a.2, b.1 stays on a.2's name.
SampleCode squashed() {
  SampleCode code;
  code.add("a", "0001_x");
  code.add("a", "0001_s", {}, {{"a", "0001_x"}, {"a", "0002_y"}});
  code.add("a", "0002_y", {{"a", "0001_x"}});
  code.add("a", "0003_z", {{"a", "0002_y"}});
  code.add("b", "0001_x", {{"a", "0002_y"}});
  return code;
}

}  // namespace

TEST_CASE("the plan is Django's: leaves in order, each behind what it needs, last parent first") {
  SampleCode code;
  code.add("b", "0001_x", {{"a", "0001_x"}});
  code.add("b", "0002_y", {{"b", "0001_x"}, {"c", "0001_x"}});
  code.add("a", "0001_x");
  code.add("a", "0002_y", {{"a", "0001_x"}, {"b", "0001_x"}});
  code.add("c", "0001_x", {{"a", "0001_x"}});
  const Loaded loaded = load(code, {}, {});
  CHECK(words(loaded.plan) == "a.0001_x b.0001_x a.0002_y c.0001_x b.0002_y");
  CHECK(words(loaded.pending) == words(loaded.plan));
  CHECK(loaded.problems.empty());
}

TEST_CASE("a squash is used if all or none of what it replaces is applied") {
  const SampleCode code = squashed();
  CHECK(words(load(code, {}, {}).plan) == "a.0001_s a.0003_z b.0001_x");
  const Loaded all = load(code, {{"a", "0001_x"}, {"a", "0002_y"}}, {});
  CHECK(words(all.plan) == "a.0001_s a.0003_z b.0001_x");
  CHECK(words(all.pending) == "a.0003_z b.0001_x");
  REQUIRE(all.squashes.size() == 1);
  CHECK_FALSE(all.squashes[0].recorded);
  const Loaded partly = load(code, {{"a", "0001_x"}}, {});
  CHECK(words(partly.pending) == "a.0002_y a.0003_z b.0001_x");
  CHECK(partly.problems.empty());
}

TEST_CASE("a partly applied squash whose rest is gone names what is lost and what Django says") {
  SampleCode code;
  code.add("a", "0001_s", {}, {{"a", "0001_x"}, {"a", "0002_y"}});
  code.add("a", "0003_z", {{"a", "0002_y"}});
  const Loaded loaded = load(code, {{"a", "0001_x"}}, {});
  CHECK(problems(loaded) ==
        "a.0001_s is a squash that is partly applied, and 1 of what it replaces exist nowhere and "
        "would never run: a.0002_y; NodeNotFoundError: a.0003_z depends on a.0002_y, which is not "
        "there, and its squash a.0001_s can't take its place because it is partly applied");
}

TEST_CASE("a partly applied squash that others depend on by its own name shows as a conflict") {
  SampleCode code;
  code.add("a", "0001_s", {}, {{"a", "0001_x"}, {"a", "0002_y"}});
  code.add("a", "0003_s", {{"a", "0001_s"}}, {{"a", "0003_x"}, {"a", "0004_y"}});
  code.add("a", "0005_z", {{"a", "0003_s"}});
  const std::set<Key> rows{{"a", "0001_x"}, {"a", "0002_y"}, {"a", "0003_x"}};
  const Loaded loaded = load(code, rows, {});
  CHECK_THAT(problems(loaded), Contains("would never run: a.0004_y") &&
                                   Contains("several leaves in a: a.0001_s, a.0005_z"));
}

TEST_CASE("an applied migration before its dependency is inconsistent history") {
  SampleCode code;
  code.add("users", "0005_x", {{"core", "0018_y"}});
  code.add("core", "0018_y");
  CHECK(problems(load(code, {{"users", "0005_x"}}, {})) ==
        "InconsistentMigrationHistory: users.0005_x is applied before its dependency core.0018_y");
}

TEST_CASE("rings, missing nodes and unknown applications are problems, never a crash") {
  SampleCode ring;
  ring.add("a", "0001_x", {{"b", "0001_x"}});
  ring.add("b", "0001_x", {{"a", "0001_x"}});
  CHECK_THAT(problems(load(ring, {}, {})), Contains("CircularDependencyError"));

  SampleCode missing;
  missing.add("a", "0002_x", {{"a", "0001_x"}, {"plugin", "0001_x"}, {"other", "__first__"}});
  CHECK_THAT(problems(load(missing, {}, {})),
             Contains("a.0002_x depends on a.0001_x, which is not there") &&
                 Contains("plugin is not installed") && Contains("other is not installed"));
  missing.environment = false;  // then other applications were not looked for
  CHECK(problems(load(missing, {}, {})) ==
        "NodeNotFoundError: a.0002_x depends on a.0001_x, which is not there");
}

TEST_CASE("first, latest, run_before and swappable dependencies find their nodes") {
  SampleCode code;
  code.user_model = "users.User";
  code.add("users", "0001_x");
  code.add("users", "0002_y", {{"users", "0001_x"}});
  code.add("a", "0001_x", {{"__setting__", "AUTH_USER_MODEL"}});
  code.add("a", "0002_y", {{"a", "0001_x"}, {"users", "__latest__"}});
  code.add("z", "0001_x").run_before = {{"users", "0001_x"}};
  CHECK(words(load(code, {}, {}).plan) == "z.0001_x users.0001_x users.0002_y a.0001_x a.0002_y");
}

TEST_CASE("squashes of squashes resolve since Django 6, and a ring of them is a problem") {
  SampleCode code;
  code.add("a", "0001_x");
  code.add("a", "0002_x", {{"a", "0001_x"}});
  code.add("a", "0001_s", {}, {{"a", "0001_x"}, {"a", "0002_x"}});
  code.add("a", "0003_x", {{"a", "0002_x"}});
  code.add("a", "0001_t", {}, {{"a", "0001_s"}, {"a", "0003_x"}});
  const std::set<Key> rows{{"a", "0001_x"}, {"a", "0002_x"}, {"a", "0003_x"}};
  const auto six = migrations::rulesOf("6.0.1");
  CHECK(words(load(code, rows, six).pending).empty());
  CHECK(words(load(code, {}, six).pending) == "a.0001_t");

  SampleCode ring;
  ring.add("a", "0001_s", {}, {{"a", "0001_t"}});
  ring.add("a", "0001_t", {}, {{"a", "0001_s"}});
  ring.add("a", "0001_u", {}, {{"a", "0001_s"}, {"a", "0001_t"}, {"a", "0001_u"}});
  ring.add("a", "0001_v", {}, {{"a", "0001_u"}, {"a", "0001_v"}, {"a", "0001_s"}});
  ring.migrations[0].replaces = {{"a", "0001_t"}, {"a", "0001_u"}, {"a", "0001_v"}};
  ring.migrations[0].path = "/x/0001_s.py";
  ring.migrations[0].replaces_line = 3;
  ring.migrations[1].path = "/x/0001_t.py";
  CHECK_THAT(problems(load(ring, {}, six)),
             Contains("replaces a squash that replaces it (/x/0001_s.py:3)"));
}
