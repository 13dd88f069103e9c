#include "lib/cluster/topology.hpp"

#include "lib/cluster/history.hpp"
#include "lib/cluster/json.hpp"
#include "lib/cluster/look.hpp"
#include "lib/cluster/readiness.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;
using cluster::Lsn;
using cluster::Node;
using cluster::Role;
using cluster::Topology;
using core::Outcome;

namespace {

Node node(const std::string& name, Role role, int port) {
  Node node;
  node.settings.name = name;
  node.settings.address = "192.0.2.1";
  node.settings.port = port;
  node.role = role;
  node.system = "77";
  node.version = 150000;
  node.timeline = 1;
  node.settings.data = "/data/" + name;
  node.parameters = {{"data_checksums", "off"},  {"data_directory", "/data/" + name},
                     {"wal_log_hints", "on"},    {"full_page_writes", "on"},
                     {"max_connections", "100"}, {"wal_level", "replica"}};
  return node;
}

/// A primary and a standby that has everything.
Topology healthy() {
  Topology pair;
  pair.nodes = {node("one", Role::primary, 5432), node("two", Role::standby, 5433)};
  pair.nodes[0].written = Lsn{0x5000000};
  pair.nodes[0].slots = {{"two", false, true, Lsn{0x5000000}, "reserved"}};
  pair.nodes[1].received = pair.nodes[1].replayed = Lsn{0x5000000};
  pair.nodes[1].receiver = cluster::Receiver{"streaming", "192.0.2.1", 5432, "two", 1};
  pair.application = {"192.0.2.1", "5432", "one", ""};
  return pair;
}

/// The first answer with this id that is not well; "" if all of them are.
std::string trouble(const Topology& topology, const std::string& id, Outcome outcome) {
  for (const auto& result : cluster::readinessOf(topology)) {
    if (result.id == "failover." + id && result.outcome == outcome) return result.found;
  }
  return {};
}

}  // namespace

TEST_CASE("places in the log are read and written as PostgreSQL does") {
  CHECK(Lsn::parse("16/B374D848")->bytes == 0x16B374D848);
  CHECK(Lsn::parse("0/0")->text() == "0/0");
  CHECK(Lsn{0x16B374D848}.text() == "16/B374D848");
  for (const char* bad : {"", "16", "16/", "/1", "g/1", "1/1 ", "123456789/0"}) {
    CHECK_FALSE(Lsn::parse(bad));
  }
}

TEST_CASE("a record ends behind the heads of the pages that it goes over") {
  CHECK(cluster::endOfRecord(Lsn{0xA01F100}, 114) == Lsn{0xA01F178});  // as a standby reported it
  CHECK(cluster::endOfRecord(Lsn{0x2000FF0 + 0x1000}, 114) == Lsn{0x2002000 + 24 + 104});
  CHECK(cluster::endOfRecord(Lsn{0x2FFFFF0}, 114) == Lsn{0x3000000 + 40 + 104});
  // A record that ends with its page ends there.
  CHECK(cluster::endOfRecord(Lsn{0x2001FF0}, 16) == Lsn{0x2002000});
  CHECK(cluster::endOfRecord(Lsn{0x2000F90}, 114, {4096, 1U << 20U}) == Lsn{0x2001000 + 24 + 8});
}

TEST_CASE("a history file tells where a server left each timeline") {
  const auto past = cluster::parseHistory(
      "1\t0/A01F178\tno recovery target specified\n\n2\t0/B000000\tno recovery\n"
      "x\t0/1\tnonsense\n");
  REQUIRE(past.size() == 2);
  CHECK(cluster::leftAt(past, 1) == Lsn{0xA01F178});
  CHECK(cluster::leftAt(past, 2) == Lsn{0xB000000});
  CHECK_FALSE(cluster::leftAt(past, 3));
}

TEST_CASE("a control file says what its server was when it last wrote") {
  const auto control = cluster::parseControlFile(
      "pg_control version number:            1300\n"
      "Database system identifier:           7710819729603316650\n"
      "Database cluster state:               shut down in recovery\n"
      "Latest checkpoint location:           0/A01F100\n"
      "Latest checkpoint's TimeLineID:       3\n");
  CHECK(control.state == "shut down in recovery");
  CHECK(control.system == "7710819729603316650");
  CHECK(control.timeline == 3);
  CHECK(control.checkpoint->text() == "0/A01F100");
  CHECK_THROWS_WITH(cluster::parseControlFile("nonsense"), Contains("no state"));
}

TEST_CASE("a healthy pair is drawn with what follows what, and nothing stops it") {
  const Topology pair = healthy();
  REQUIRE(pair.primary() != nullptr);
  CHECK(pair.primary()->name() == "one");
  CHECK_FALSE(pair.split());
  CHECK(pair.upstreamOf(pair.nodes[1]) == &pair.nodes[0]);
  CHECK(pair.bytesBehind(pair.nodes[1]) == 0U);
  const std::string drawn = cluster::draw(pair);
  CHECK_THAT(drawn, Contains("\n  standby   two") && Contains("streaming from one, slot two") &&
                        Contains("nothing to receive") && Contains("which is one (primary)"));
  for (const auto& result : cluster::readinessOf(pair)) {
    CAPTURE(result.id, result.found);
    CHECK((result.outcome == Outcome::pass || result.outcome == Outcome::skip));
  }
  const auto json = cluster::toJson(pair);
  CHECK(json["primary"] == "one");
  CHECK(json["nodes"][1]["role"] == "standby");
  CHECK(json["nodes"][1]["lag_bytes"] == 0);
  CHECK(json["nodes"][1]["upstream"] == "one");
}

TEST_CASE("two writable servers of one cluster are told, with how they differ") {
  Topology split = healthy();
  split.nodes[1].role = Role::primary;
  split.nodes[1].timeline = 2;
  split.nodes[1].written = Lsn{0x6000000};
  CHECK(split.split());
  CHECK(split.primary() == nullptr);
  CHECK_THAT(trouble(split, "primary", Outcome::fail),
             Contains("one: timeline 1") && Contains("two: timeline 2, written up to 0/6000000"));
  // Another cluster that is writable is no second half of this one.
  split.nodes[1].system = "78";
  CHECK_FALSE(split.split());
  CHECK_THAT(trouble(split, "system", Outcome::fail), Contains("one has 77, two has 78"));
}

TEST_CASE("each thing that would stop a switchover is found") {
  struct Case {
    const char* id;
    Outcome outcome;
    std::function<void(Topology&)> damage;
    const char* words;
  };
  const std::vector<Case> cases{
      {"stream", Outcome::fail, [](Topology& t) { t.nodes[1].receiver.reset(); }, "waits"},
      {"stream", Outcome::fail, [](Topology& t) { t.nodes[1].receiver->port = 9; }, "none of"},
      {"stream", Outcome::warn, [](Topology& t) { t.nodes[0].written->bytes += 1U << 30U; },
       "behind"},
      {"replay", Outcome::fail, [](Topology& t) { t.nodes[1].paused = true; }, "paused"},
      {"replay", Outcome::fail,
       [](Topology& t) { t.nodes[1].parameters["recovery_min_apply_delay"] = "60000"; }, "delayed"},
      {"limits", Outcome::fail,
       [](Topology& t) { t.nodes[1].parameters["max_connections"] = "50"; },
       "max_connections is 50 and 100 on one"},
      {"rewind", Outcome::fail, [](Topology& t) { t.nodes[0].parameters["wal_log_hints"] = "off"; },
       "both are off"},
      {"rewind", Outcome::fail,
       [](Topology& t) { t.nodes[0].parameters["full_page_writes"] = "off"; }, "full_page_writes"},
      {"slot", Outcome::fail, [](Topology& t) { t.nodes[0].slots[0].wal = "lost"; }, "removed"},
      {"slot", Outcome::warn, [](Topology& t) { t.nodes[0].slots[0].active = false; }, "nobody"},
      {"slot", Outcome::warn, [](Topology& t) { t.nodes[0].slots[0].logical = true; }, "logical"},
      {"synchronous", Outcome::warn,
       [](Topology& t) { t.nodes[1].parameters["synchronous_standby_names"] = "one"; }, "wait"},
      {"collations", Outcome::fail, [](Topology& t) { t.nodes[1].collations = {"natural_sort"}; },
       "natural_sort"},
      {"archive", Outcome::fail,
       [](Topology& t) {
         t.nodes[0].archiving = {true, 3, true, "000000010000000000000007"};
       },
       "3 failures"},
      {"archive", Outcome::warn,
       [](Topology& t) {
         t.nodes[0].archiving = {true, 0, false, "", 40};
       },
       "40 segments wait"},
      {"version", Outcome::fail, [](Topology& t) { t.nodes[1].version = 120000; }, "12"},
      {"data", Outcome::fail, [](Topology& t) { t.nodes[0].settings.data = "/data/old"; },
       "/data/one, configured is /data/old"},
      {"data", Outcome::fail, [](Topology& t) { t.nodes[0].settings.data.clear(); }, "none is"},
      {"data", Outcome::unknown, [](Topology& t) { t.nodes[0].parameters.erase("data_directory"); },
       "may not see"},
      {"prepared", Outcome::warn, [](Topology& t) { t.nodes[0].prepared = 2; }, "2 wait"},
      {"level", Outcome::fail, [](Topology& t) { t.nodes[0].parameters["wal_level"] = "minimal"; },
       "minimal"},
      {"application", Outcome::fail, [](Topology& t) { t.application.node = "two"; },
       "two, which is standby"},
      {"application", Outcome::fail, [](Topology& t) { t.application.node = ""; }, "none of"},
      {"application", Outcome::unknown,
       [](Topology& t) {
         t.application = {"", "", "", "closed"};
       },
       "closed"},
      {"primary", Outcome::fail,
       [](Topology& t) {
         t.nodes[0].role = Role::stopped;
         auto& control = t.nodes[0].control.emplace();
         control.state = "shut down";
         control.system = "77";
         control.timeline = 1;
         control.checkpoint = Lsn{1};
       },
       "none"},
      {"primary", Outcome::unknown,
       [](Topology& t) {
         t.nodes[0].role = Role::unknown;
         t.nodes[0].why = "no route";
       },
       "none of those that answer"},
      {"node", Outcome::unknown,
       [](Topology& t) {
         t.nodes[1].role = Role::unknown;
         t.nodes[1].why = "no route";
       },
       "no route"}};
  for (const Case& each : cases) {
    Topology pair = healthy();
    each.damage(pair);
    CAPTURE(each.id, each.words);
    CHECK_THAT(trouble(pair, each.id, each.outcome), Contains(each.words));
  }
}
