#include "lib/cluster/look.hpp"

#include "lib/cluster/json.hpp"
#include "lib/cluster/primary.hpp"
#include "lib/cluster/readiness.hpp"
#include "lib/cluster/topology.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/private_postgres.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using cluster::Role;
using core::Outcome;

namespace {

config::NodeSettings nodeOf(const std::string& name, const support::PrivatePostgres& server) {
  config::NodeSettings node;
  node.name = name;
  node.address = "127.0.0.1";
  node.port = server.port();
  node.admin = {server.socketFolder(), server.port(), "postgres", {}, {}};
  node.data = server.socketFolder() + "/data";
  node.tools = server.programs();
  return node;
}

std::string found(const std::vector<core::CheckResult>& results, const std::string& id,
                  Outcome outcome) {
  for (const auto& result : results) {
    if (result.id == "failover." + id && result.outcome == outcome) return result.found;
  }
  return {};
}

}  // namespace

TEST_CASE("a real pair is seen: roles, stream, lag, a paused replay, a stop, a second primary") {
  support::PrivatePostgres first;
  auto second = support::PrivatePostgres::standbyOf(first);
  Site site("postgres", first);
  config::Instance instance = site.instance();
  instance.nodes = {nodeOf("one", first), nodeOf("two", *second)};
  ports::World& world = site.world();
  site.sql("CREATE TABLE t (id integer)");

  cluster::Topology seen;
  REQUIRE(support::eventually([&] {
    seen = cluster::lookAtTopology(world, instance);
    return seen.nodes[1].receiver && seen.bytesBehind(seen.nodes[1]) == 0U;
  }));
  CHECK(seen.nodes[0].role == Role::primary);
  CHECK(seen.nodes[1].role == Role::standby);
  CHECK(seen.nodes[0].system == seen.nodes[1].system);
  CHECK(seen.nodes[0].timeline == 1);
  CHECK(seen.nodes[0].senders.size() == 1);
  CHECK(seen.nodes[1].receiver->status == "streaming");
  CHECK_THAT(found(cluster::readiness(world, instance, seen), "follow", Outcome::unknown),
             Contains("no replication login"));

  const auto standby = cluster::connect(world, instance, instance.nodes[1]);
  standby->query("SELECT pg_wal_replay_pause()");
  REQUIRE(support::eventually(
      [&] { return cluster::look(world, instance, instance.nodes[1]).paused; }));
  standby->query("SELECT pg_wal_replay_resume()");

  second->stop();
  const auto stopped = cluster::look(world, instance, instance.nodes[1]);
  CHECK(stopped.role == Role::stopped);
  CHECK(stopped.control->state == "shut down in recovery");
  CHECK(stopped.system == seen.nodes[0].system);
  second->start();

  // Promoted beside a primary that still runs: the timeline is the new one at once.
  cluster::connect(world, instance, instance.nodes[1])->execute("SELECT pg_promote(true, 30)");
  const auto split = cluster::lookAtTopology(world, instance);
  CHECK(split.split());
  CHECK(split.nodes[1].timeline == 2);
  CHECK(split.primary() == nullptr);
  CHECK(cluster::howTheyDiffer(split).size() == 2);
}

TEST_CASE("an instance's logins go to the primary of the moment", "[cluster]") {
  support::PrivatePostgres first;
  auto second = support::PrivatePostgres::standbyOf(first);
  Site site("postgres", first);
  config::Instance instance = site.instance();
  instance.nodes = {nodeOf("two", *second), nodeOf("one", first)};
  instance.database.admin.port = 1;
  cluster::pointAtPrimary(site.world(), instance);
  CHECK(instance.database.admin.port == first.port());
  CHECK(instance.database.application.port == first.port());

  // Two of them: nobody guesses.
  cluster::connect(site.world(), instance, instance.nodes[0])
      ->execute("SELECT pg_promote(true, 30)");
  instance.database.admin.port = 1;
  cluster::pointAtPrimary(site.world(), instance);
  CHECK(instance.database.admin.port == 1);
}
