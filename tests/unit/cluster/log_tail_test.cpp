#include "lib/cluster/log_tail.hpp"

#include "lib/cluster/loss.hpp"
#include "tests/catch.hpp"

using cluster::Lsn;

namespace {

// pg_waldump of PostgreSQL 15.
constexpr const char* kLines =
    "rmgr: Heap        len (rec/tot):     54/   150, tx:        736, lsn: 0/0304D630, prev "
    "0/0304D5F8, desc: INSERT off 3 flags 0x00, blkref #0: rel 1663/5/16384 blk 0 FPW\n"
    "rmgr: Transaction len (rec/tot):     34/    34, tx:        736, lsn: 0/0304D6C8, prev "
    "0/0304D630, desc: COMMIT 2026-11-22 05:00:00.000000 UTC\n"
    "rmgr: Transaction len (rec/tot):     34/    34, tx:        737, lsn: 0/0304D6F0, prev "
    "0/0304D6C8, desc: ABORT 2026-11-22 05:00:00.000000 UTC\n"
    "rmgr: Transaction len (rec/tot):    309/   309, tx:        738, lsn: 0/0304D718, prev "
    "0/0304D6F0, desc: COMMIT 2026-11-22 05:00:01.000000 UTC; inval msgs: catcache 55\n";

}  // namespace

TEST_CASE("a log's tail tells where it ends, and what was committed from a place on") {
  cluster::LogTail all({}, {});
  all.write(kLines);
  CHECK(all.end() == Lsn{0x304D718 + 312});
  CHECK(all.commits() == 2);

  cluster::LogTail some(Lsn{0x304D6F0}, {});
  const std::string text(kLines);
  for (std::size_t at = 0; at < text.size(); at += 7) some.write(text.substr(at, 7));
  CHECK(some.end() == all.end());
  CHECK(some.commits() == 1);

  cluster::LogTail none({}, {});
  none.write("pg_waldump: error: could not find a valid record\nrmgr: nonsense\nrmgr: ");
  CHECK_FALSE(none.end());
}

TEST_CASE("a sample of a primary comes back as it was written") {
  const cluster::Sample sample{"one", "77", 3, Lsn{0x5000000},
                               core::parseUtc("2026-11-22T05:00:00Z").value()};
  const auto again = cluster::sampleFromJson(cluster::toJson(sample));
  REQUIRE(again);
  CHECK(again->node == "one");
  CHECK(again->timeline == 3);
  CHECK(again->written == sample.written);
  CHECK(again->at == sample.at);
  CHECK_FALSE(cluster::sampleFromJson({{"node", "one"}}));
  CHECK_FALSE(cluster::sampleFromJson(core::Json::parse("no json", nullptr, false)));
}

TEST_CASE("the standby that has received most comes first, the newer timeline before all") {
  cluster::Topology topology;
  const auto standby = [&](const char* name, int timeline, std::uint64_t received) {
    cluster::Node node;
    node.settings.name = name;
    node.role = cluster::Role::standby;
    node.timeline = timeline;
    node.received = Lsn{received};
    topology.nodes.push_back(node);
  };
  standby("a", 1, 900);
  standby("b", 2, 500);
  standby("c", 2, 600);
  topology.nodes.emplace_back();
  const auto sorted = cluster::mostAdvanced(topology);
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0]->name() == "c");
  CHECK(sorted[1]->name() == "b");
  CHECK(sorted[2]->name() == "a");
}

TEST_CASE("what is given up is typed as it was stated") {
  cluster::Loss loss;
  CHECK(loss.word() == "unknown");
  loss.bytes = 16384;
  CHECK(loss.word() == "16384 bytes");
}
