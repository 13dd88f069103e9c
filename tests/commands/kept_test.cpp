#include "commands/restore/shared.hpp"

#include "tests/catch.hpp"

using commands::keptBy;

namespace {

/// A finished swap: `in` took the live name, `out` was put aside as `kept`.
step::Run swap(const std::string& id, const std::string& verb, std::int64_t in, std::int64_t out,
               const std::string& kept) {
  step::Run run;
  run.plan.id = id;
  run.plan.verb = verb;
  run.plan.instance = "netbox";
  run.plan.steps = {{"database.swapped", {{"name", "netbox"}, {"kept", kept}}}};
  run.steps["1"].before = {{"incoming_oid", in}, {"live_oid", out}};
  run.outcome = step::RunOutcome::done;
  return run;
}

const commands::Beside kFirst{"netbox_before_20261101t030000z_0001", 10, 5};
const commands::Beside kSecond{"netbox_restored_20261102t030000z_0002", 30, 6};

bool nothing(const std::string&) { return false; }

}  // namespace

TEST_CASE("what is kept is known by the run that put it aside and by what that took back") {
  std::vector<step::Run> runs{swap("r3", "restore undo", 20, 30, kSecond.name),
                              swap("r2", "restore run", 30, 20, "netbox_before_x"),
                              swap("r1", "restore run", 20, 10, kFirst.name)};
  runs[0].plan.undoes = "r2";
  const auto kept = keptBy(runs, {kFirst, kSecond}, nothing);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].database->name == kSecond.name);
  CHECK(kept[0].run.plan.id == "r3");
  CHECK(kept[0].runs == std::vector<std::string>{"r3", "r2"});
  CHECK(kept[1].database->name == kFirst.name);
  CHECK(kept[1].runs == std::vector<std::string>{"r1"});
}

TEST_CASE("what a later restore put aside is not the earlier one's, though that had made it") {
  const commands::Beside later{"netbox_before_20261103t030000z_0003", 20, 7};
  const auto kept = keptBy({swap("r2", "restore run", 30, 20, later.name),
                            swap("r1", "restore run", 20, 10, kFirst.name)},
                           {kFirst, later}, nothing);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].runs == std::vector<std::string>{"r2"});
  CHECK(kept[1].runs == std::vector<std::string>{"r1"});
}

TEST_CASE("another database of the same name, and one of an unfinished run, are not kept") {
  commands::Beside other = kFirst;
  other.oid = 11;
  CHECK(keptBy({swap("r1", "restore run", 20, 10, kFirst.name)}, {other}, nothing).empty());
  step::Run unfinished = swap("r1", "restore run", 20, 10, kFirst.name);
  unfinished.outcome = step::RunOutcome::unfinished;
  CHECK(keptBy({unfinished}, {kFirst}, nothing).empty());
}

TEST_CASE("kept files count by themselves, as long as they are there") {
  step::Run run;
  run.plan.id = "r1";
  run.outcome = step::RunOutcome::done;
  run.plan.steps = {{"files.exchanged", {{"items", {{{"kept", "/opt/netbox/media.before-r1"}}}}}}};
  run.steps["1"].before = {{"items", {{{"live_inode", 4711}}}}};
  const auto there = [](const std::string& path) { return path == "/opt/netbox/media.before-r1"; };
  const auto kept = keptBy({run}, {}, there);
  REQUIRE(kept.size() == 1);
  CHECK_FALSE(kept[0].database);
  CHECK(kept[0].files == std::vector<std::string>{"/opt/netbox/media.before-r1"});
  CHECK(keptBy({run}, {}, nothing).empty());
}
