#include "lib/snapshot/diff.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using snapshot::Snapshot;

namespace {

Snapshot of(const char* id, core::Json parts) {
  Snapshot one;
  one.id = id;
  one.instance = "netbox";
  one.product = "netbox";
  one.taken = *core::parseUtc("2026-11-21T03:00:00Z");
  one.parts = std::move(parts);
  return one;
}

std::string words(const snapshot::Diff& diff) {
  std::string all;
  for (const auto& one : diff.differences)
    all += one.part + ": " + one.words + (one.grave ? " !" : "") + "\n";
  return all;
}

}  // namespace

TEST_CASE("two snapshots are explained in words, what is lost is marked") {
  const auto diff = snapshot::compare(
      of("a", {{"versions", {{"netbox", "4.1.0"}, {"redis", "7"}}},
               {"plugins", {"bgp", "dns"}},
               {"rows", {{"dcim_device", 100}, {"old", 1}, {"gone", 4}}},
               {"migrations", {"dcim.0001"}},
               {"api", {{"/api/dcim/devices/", {{"count", 3}, {"fields", {"id", "device_role"}}}}}},
               {"graphql", {{"Device", {"id", "name"}}}},
               {"samples",
                {{"dcim_device", {{"7", {{"name", "sw1"}, {"status", "active"}, {"old", 1}}}}}}},
               {"traces", {{"5", {"a", "b"}}}},
               {"csv",
                {{"dcim_site",
                  {{"columns", {{"id", 2}, {"asn", 2}, {"town", 1}}},
                   {"rows", {{"1", {"1", "64500", "x"}}, {"2", {"2", "64501", nullptr}}}}}}}}}),
      of("b", {{"versions", {{"netbox", "4.2.0"}, {"redis", "7"}}},
               {"plugins", {"bgp"}},
               {"rows", {{"dcim_device", 98}, {"gone", 0}, {"new", 0}}},
               {"migrations", {"dcim.0001", "dcim.0002"}},
               {"api", {{"/api/dcim/devices/", {{"count", 2}, {"fields", {"id", "role"}}}}}},
               {"graphql", {{"Device", {"id"}}}},
               {"samples", {{"dcim_device", {{"7", {{"name", "sw1"}, {"status", "offline"}}}}}}},
               {"traces", {{"5", {"a", "c"}}}},
               {"csv",
                {{"dcim_site",
                  {{"columns", {{"id", 1}, {"town", 0}}}, {"rows", {{"1", {"1", nullptr}}}}}}}}}));
  const std::string text = words(diff);
  for (const char* expected :
       {"versions: netbox: 4.1.0, then 4.2.0\n", "plugins: plugin dns is gone !",
        "rows: dcim_device: 100 rows, then 98 (-2)\n", "rows: old is a table that is gone !",
        "rows: gone: 4 rows, then 0 (-4) !", "rows: new is a new table\n",
        "migrations: migration dcim.0002 is new\n", "api: /api/dcim/devices/: 3 objects, then 2\n",
        "api: /api/dcim/devices/: field device_role is gone !", "field role is new\n",
        "graphql: Device.name is gone !", "status was active, now offline\n",
        "column old is gone !", "traces: trace of interface 5",
        "csv: dcim_site: column asn is lost (2 rows had a value) !",
        "csv: dcim_site: column town is empty now !",
        "csv: dcim_site: 1 row gone, 1 changed, 0 new !"}) {
    CHECK_THAT(text, Contains(expected));
  }
  CHECK(diff.unknown.empty());
}

TEST_CASE("what one of the two does not know is told and not compared") {
  const auto diff = snapshot::compare(of("a", {{"rows", {{"unknown", "no server"}}}}),
                                      of("b", {{"rows", {{"x", 1}}}}));
  CHECK(diff.differences.empty());
  REQUIRE(diff.unknown.size() == 1);
  CHECK(diff.unknown[0] == "rows of a: no server");
}

TEST_CASE("of two instances settings and services may differ") {
  auto other = of("b", {{"settings", {{"database.host", "db2"}}}, {"rows", {{"x", 1}}}});
  other.instance = "production";
  CHECK(snapshot::compare(of("a", {{"settings", {{"database.host", "db1"}}}, {"rows", {{"x", 1}}}}),
                          other)
            .differences.empty());
}

TEST_CASE("expected differences are set apart until they expire") {
  auto diff = snapshot::compare(of("a", {{"rows", {{"x", 1}, {"y", 1}}}}),
                                of("b", {{"rows", {{"x", 2}, {"y", 2}}}}));
  const auto now = *core::parseUtc("2026-11-21T03:00:00Z");
  const auto meant = snapshot::readExpected(
      "[[expected]]\ntext = \"x: \"\nreason = \"new site\"\nuntil = \"2026-12-01\"\n"
      "[[expected]]\ntext = \"y: \"\nreason = \"over\"\nuntil = \"2026-11-01\"\n",
      "f");
  snapshot::setApart(diff, meant, now);
  CHECK(diff.differences[0].expected == "new site");
  CHECK(diff.differences[1].expected.empty());
  CHECK_THROWS_AS(snapshot::readExpected("[[expected]]\nreason = \"x\"\n", "f"), core::Error);
}

TEST_CASE("snapshots are kept for their owner alone and found by id, name and file") {
  fakes::FakeWorld fakes;
  snapshot::Store store(fakes.world(), "/var/lib/sotctl", "netbox");
  const std::string file = store.save(of("20261121T030000Z-before", {{"rows", {{"x", 1}}}}));
  CHECK(fakes.files.info(file)->mode == 0600);
  store.save(of("20261121T040000Z-before", {{"rows", {{"x", 2}}}}));
  CHECK(store.find("before").parts["rows"]["x"] == 2);
  CHECK(store.find("20261121T03").parts["rows"]["x"] == 1);
  CHECK(store.find(file).id == "20261121T030000Z-before");
  CHECK_THROWS_AS(store.find("2026"), core::Error);
  CHECK_THROWS_AS(store.find("after"), core::Error);
  fakes.files.put("/var/lib/sotctl/snapshots/netbox/bad.json", "{}");
  std::vector<std::string> problems;
  CHECK(store.list([&](const std::string& words) { problems.push_back(words); }).size() == 2);
  CHECK(problems.size() == 1);
  CHECK_THROWS_AS(store.save(of("20261121T030000Z-before", {})), core::Error);
}
