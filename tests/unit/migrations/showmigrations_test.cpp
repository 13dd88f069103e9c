#include "lib/migrations/showmigrations.hpp"

#include "lib/core/error.hpp"
#include "lib/migrations/applied.hpp"
#include "tests/catch.hpp"
#include "tests/unit/migrations/shared_data.hpp"

using Catch::Matchers::Contains;
using migrations::Shown;
using Mark = migrations::ShownLine::Mark;

namespace {
Shown read(const std::string& text) { return migrations::readShown(text, "plan.txt"); }
std::string failure(const std::string& text) {
  try {
    read(text);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "read";
}
}  // namespace

TEST_CASE("a plan is read with and without what each migration needs") {
  const Shown shown = read(
      "[X]  contenttypes.0001_initial\n"
      "[ ]  auth.0001_initial ... (contenttypes.0001_initial, contenttypes.__first__)\n");
  CHECK(shown.plan);
  REQUIRE(shown.lines.size() == 2);
  CHECK(shown.lines[0].mark == Mark::applied);
  CHECK(shown.lines[1].mark == Mark::unapplied);
  CHECK(shown.lines[1].needs.size() == 2);
}

TEST_CASE("a list is read in its old and new forms") {
  const Shown shown = read(
      "admin\n (no migrations)\ncircuits\n"
      " [X] 0001_squashed (1 squashed migrations) (applied at 2022-08-17 12:30:11)\n"
      " [-] 0002_squashed_0029 (28 squashed migrations) Run 'manage.py migrate' to finish "
      "recording.\n"
      " [ ] 0030_x\n");
  CHECK_FALSE(shown.plan);
  REQUIRE(shown.lines.size() == 3);
  CHECK(shown.lines[0].key.inWords() == "circuits.0001_squashed");
  CHECK(shown.lines[0].when == "2022-08-17 12:30:11");
  CHECK(shown.lines[1].mark == Mark::to_be_recorded);
  CHECK(shown.lines[1].squashed == 28);
}

TEST_CASE("what people paste is read: one space, gaps, a cut end") {
  const Shown shown =
      read("$ manage.py showmigrations --plan\n[X] extras.0014_a\n...\n  [ ] dcim.0065_b\n...\n");
  REQUIRE(shown.lines.size() == 2);
  CHECK_FALSE(shown.lines[0].after_gap);
  CHECK(shown.lines[1].after_gap);
  CHECK(shown.cut);
}

TEST_CASE("a plan that was cut in the middle of a line says so, and has no half a name") {
  const auto shown = migrations::readShown("[X]  dcim.0001_a\n[ ]  dcim.00", "plan");
  CHECK(shown.cut);
  CHECK(shown.lines.size() == 1);
  CHECK_FALSE(migrations::readShown("[X]  dcim.0001_a\n", "plan").cut);
}

TEST_CASE("lines of another shape are refused with their place") {
  CHECK(failure("[X]  a.0001_x\nwhat is this\n") ==
        "plan.txt:2: \"what is this\" is no line of showmigrations");
  CHECK_THAT(failure("[?]  a.0001_x\n"), Contains("plan.txt:1"));
  CHECK_THAT(failure("[X]  nodot\n"), Contains("plan.txt:1"));
  CHECK_THAT(failure("[X]  a.0001_x ... (b.0001"), Contains("plan.txt:1"));
  CHECK_THAT(failure("\n"), Contains("has no line of showmigrations"));
}

TEST_CASE("real outputs are read and agree with each other") {
  const std::string test = "real outputs of showmigrations are read";
  const auto plan = sharedData(test, "netbox/showmigrations-plan-3.2.9.txt");
  const auto list = sharedData(test, "netbox/showmigrations-list-3.2.9.txt");
  if (!plan || !list) return;
  const Shown a = read(*plan);
  const Shown b = read(*list);
  CHECK(a.plan);
  CHECK_FALSE(b.plan);
  CHECK(a.lines.size() == b.lines.size());
  for (const auto& line : a.lines) {
    CHECK(std::any_of(b.lines.begin(), b.lines.end(), [&](const auto& other) {
      return other.key == line.key && other.mark == line.mark;
    }));
  }
}
