#include "lib/migrations/squash.hpp"

#include <map>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/migrations/load.hpp"
#include "lib/migrations/showmigrations.hpp"
#include "tests/catch.hpp"
#include "tests/unit/migrations/sample_code.hpp"
#include "tests/unit/migrations/shared_data.hpp"

using Catch::Matchers::Contains;
using migrations::Key;
using migrations::PlanItem;
using migrations::SquashGroup;

namespace {

std::string shown(const std::vector<SquashGroup>& groups) {
  std::string all;
  for (const SquashGroup& group : groups) {
    all += (all.empty() ? "" : "; ") + group.app + " " + group.start + " " + group.end;
  }
  return all;
}

std::vector<PlanItem> planIn(const std::string& text) {
  std::vector<PlanItem> plan;
  for (const auto& line : migrations::readShown(text, "plan.txt").lines) {
    plan.push_back(
        {line.key, line.key.name.find("_squashed") != std::string::npos, line.after_gap});
  }
  return plan;
}

std::vector<Key> keysIn(const core::Json& json) {
  std::vector<Key> keys;
  for (const auto& one : json) {
    keys.push_back(one[0] == "__setting__" ? Key{"__setting__", "AUTH_USER_MODEL"}
                                           : Key{one[0], one[1]});
  }
  return keys;
}

SampleCode codeIn(const std::string& text) {
  SampleCode code;
  code.environment = false;
  for (const auto& one : core::Json::parse(text)) {
    auto& added =
        code.add(one["app"], one["name"], keysIn(one["dependencies"]), keysIn(one["replaces"]));
    added.atomic = one["atomic"];
    for (const auto& kind : one["operations"]) {
      migrations::Operation operation;
      operation.kind = kind;
      added.operations.push_back(operation);
    }
  }
  return code;
}

std::map<std::string, std::string> expected(const core::Json& json) {
  std::map<std::string, std::string> all;
  for (const auto& one : json) all[one["name"]] = words(keysIn(one["replaces"]));
  return all;
}

}  // namespace

TEST_CASE("runs of the plan within one application are squashed, as the page says") {
  auto groups = squashRuns(
      planIn("[X] extras.0014_configcontexts\n[X] extras.0015_remove_useraction\n"
             "[ ] taggit.0002_x\n[ ] extras.0016_exporttemplate_add_cable\n"
             "[X] dcim.0062_interface_mtu\n[ ] dcim.0065_front_rear_ports\n"
             "[X] circuits.0001_initial_squashed_0010_circuit_status\n[ ] dcim.0066_cables\n...\n"
             "[ ] dcim.0067_a\n[ ] dcim.0068_b\n"),
      {"extras", "dcim", "circuits"}, false);
  std::vector<Key> known{
      {"dcim", "0062_interface_mtu"}, {"dcim", "0062_other"}, {"dcim", "0065_front_rear_ports"}};
  nameEnds(known, groups);
  CHECK(shown(groups) ==
        "extras 0014_configcontexts 0016_exporttemplate_add_cable; "
        "dcim 0062_interface_mtu 0065; dcim 0067_a 0068_b");
  CHECK(groups[0].members.size() == 3);
  CHECK(groups[1].name() == "0062_interface_mtu_squashed_0065_front_rear_ports");
}

TEST_CASE("all 23 files of the squash of 2020 come out, from its plan and from its graph") {
  const std::string test = "all 23 files of the squash of 2020 come out";
  const auto plan = sharedData(test, "netbox/migrations/netbox-before-2020-squash-plan.txt");
  const auto graph = sharedData(test, "netbox/migrations/netbox-before-2020-squash.json");
  const auto wanted = sharedData(test, "netbox/migrations/netbox-2020-squash-expected.json");
  if (!plan || !graph || !wanted) return;
  const auto oracle = expected(core::Json::parse(*wanted));
  const SampleCode code = codeIn(*graph);
  std::set<std::string> apps;
  for (const auto& app : code.apps) apps.insert(app.label);
  for (const auto& order : {planIn(*plan), planOf(code)}) {
    const auto groups = squashRuns(order, apps, false);
    CHECK(groups.size() == 23);
    for (const SquashGroup& group : groups) {
      INFO(group.app << " " << group.name());
      REQUIRE(oracle.contains(group.name()));
      CHECK(oracle.at(group.name()) == words(group.members));
    }
  }
}

TEST_CASE("fewer files than in 2020 are possible, and no fewer nodes") {
  const auto graph = sharedData("fewer files than in 2020 are possible",
                                "netbox/migrations/netbox-before-2020-squash.json");
  if (!graph) return;
  const SampleCode code = codeIn(*graph);
  const auto minimal = minimalSquash(code, planOf(code), false);
  CHECK(minimal.proven);
  CHECK(minimal.files <= 17);
  CHECK(minimal.fewest_files);
  CHECK(minimal.groups.size() <= 19);
  // The order is the proof: each migration once, after all that it needs.
  std::set<Key> done;
  for (const SquashGroup& group : minimal.groups) {
    const std::set<Key> own(group.members.begin(), group.members.end());
    for (const Key& key : group.members) {
      const auto* one = code.find(key);
      REQUIRE(one != nullptr);
      for (const Key& needed : one->dependencies) {
        if (code.find(needed) != nullptr) CHECK((done.contains(needed) || own.contains(needed)));
      }
    }
    done.insert(own.begin(), own.end());
  }
  CHECK(done.size() == code.migrations.size());
}

TEST_CASE("hazards of a candidate are named") {
  SampleCode code;
  auto& first = code.add("dcim", "0001_x");
  first.operations = {{"RunPython", ""}};
  first.operations[0].touches = std::vector<std::string>{"dcim.cable"};
  auto& second = code.add("dcim", "0002_y", {{"dcim", "0001_x"}});
  second.operations = {{"AlterField", "cable", "length"}, {"RunSQL", ""}};
  second.atomic = false;
  code.add("plugin", "0001_x", {{"dcim", "0001_x"}});
  code.apps.back().core = false;
  std::vector<SquashGroup> groups{{"dcim", {{"dcim", "0001_x"}, {"dcim", "0002_y"}}, {}, {}}};
  judgeGroups(code, groups);
  CHECK(groups[0].hazards ==
        std::vector<std::string>{
            "2 data operations and then AlterField of dcim.cable in one transaction: it must never "
            "run on live data",
            "dcim.0002_y is not atomic: the squash file has to be that too",
            "dcim.0002_y has RunSQL, which stops the optimiser and can't be moved",
            "plugin's plugin.0001_x depends on dcim.0001_x by name"});
}

TEST_CASE("the latest squash of each application is left out, and its members come back") {
  SampleCode code;
  code.add("a", "0001_x");
  code.add("a", "0002_y", {{"a", "0001_x"}});
  code.add("a", "0001_s", {}, {{"a", "0001_x"}, {"a", "0002_y"}});
  code.add("a", "0003_z", {{"a", "0001_s"}});
  code.add("b", "0001_s", {}, {{"b", "0000_gone"}});
  CHECK(words(withoutLatestSquashes(code)) == "a.0001_s");
  std::string order;
  for (const PlanItem& item : planOf(code)) order += item.key.inWords() + " ";
  CHECK(order == "a.0001_x a.0002_y a.0003_z b.0001_s ");
}

TEST_CASE("the fewest groups need an order that no run of the plan gives") {
  // a1 a2 and b1 b2 go together, though the plan alternates.
  SampleCode code;
  code.add("a", "0001_x");
  code.add("b", "0001_x", {{"a", "0001_x"}});
  code.add("a", "0002_y", {{"a", "0001_x"}});
  code.add("b", "0002_y", {{"b", "0001_x"}, {"a", "0002_y"}});
  const auto minimal = minimalSquash(
      code, {{{"a", "0001_x"}}, {{"b", "0001_x"}}, {{"a", "0002_y"}}, {{"b", "0002_y"}}}, false);
  CHECK(minimal.groups.size() == 2);
  CHECK(minimal.files == 2);
  CHECK(minimal.proven);
}

TEST_CASE("code that Django could make no plan of is refused with the reason") {
  SampleCode code;
  code.add("a", "0002_x", {{"a", "0001_x"}});
  CHECK_THROWS_WITH(planOf(code), Contains("a.0002_x depends on a.0001_x, which is not there"));
}

TEST_CASE("among orders of as few nodes the one with the fewest files is found") {
  // As far as possible at once would be a1 a2, b1, a3 a4: two files.
  SampleCode code;
  code.add("a", "0001_x");
  code.add("b", "0001_x", {{"a", "0001_x"}});
  code.add("a", "0002_x", {{"a", "0001_x"}});
  code.add("a", "0003_x", {{"a", "0002_x"}, {"b", "0001_x"}});
  code.add("a", "0004_x", {{"a", "0003_x"}});
  const auto minimal = minimalSquash(code, planOf(code), false);
  CHECK(minimal.groups.size() == 3);
  CHECK(minimal.files == 1);
  CHECK(minimal.groups.back().members.size() == 3);
  CHECK(minimal.proven);
  CHECK(minimal.fewest_files);
}
