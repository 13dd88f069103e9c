#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/cluster/readiness.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

const char* const kPrograms[] = {"pg_ctl",     "pg_controldata", "pg_waldump",
                                 "pg_isready", "pg_rewind",      "pg_basebackup"};

core::CheckResult result(const std::string& id, const std::string& subject, Outcome outcome,
                         std::string found, std::string hint = {}) {
  return {"failover." + id, subject, outcome, std::move(found), {}, std::move(hint)};
}

core::CheckResult programs(ports::World& world, const config::Instance& instance,
                           const config::NodeSettings& node) {
  const std::string subject = "PostgreSQL's programs for " + node.name;
  if (node.tools.empty()) {
    return result("programs", subject, Outcome::unknown, "tools is not set",
                  "Set tools = \"/usr/lib/postgresql/15/bin\" in its [[node]].");
  }
  try {
    std::vector<std::string> missing;
    auto& files = config::worldOf(world, instance, node.host).files;
    for (const char* program : kPrograms) {
      if (!files.info(node.tools + "/" + program)) missing.emplace_back(program);
    }
    if (missing.empty()) return result("programs", subject, Outcome::pass, node.tools);
    return result("programs", subject, Outcome::fail,
                  core::join(missing, ", ") + " not in " + node.tools);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return result("programs", subject, Outcome::unknown, error.what(), error.hint());
  }
}

core::CheckResult starter(const config::NodeSettings& node) {
  const std::string subject = "service of " + node.name;
  if (!node.service.empty()) return result("service", subject, Outcome::pass, node.service);
  if (!node.tools.empty() && !node.data.empty()) {
    return result("service", subject, Outcome::pass, "pg_ctl with " + node.data);
  }
  return result(
      "service", subject, Outcome::fail, "none is configured",
      "Set service in its [[node]] to the name of the [[service]] that starts it, or data "
      "and tools for pg_ctl: without them it can't be stopped and started.");
}

}  // namespace

core::CheckResult canFollow(ports::World& world, const config::Instance& instance,
                            const config::NodeSettings& follower,
                            const config::NodeSettings& upstream) {
  const std::string subject =
      fmt::format("replication login from {} to {}", follower.name, upstream.name);
  if (upstream.replication.user.empty()) {
    return result("follow", subject, Outcome::unknown, "no replication login is configured",
                  "Set replication = { user = \"…\" } in the [[node]]s.");
  }
  try {
    ports::Command command{
        {follower.tools.empty() ? "psql" : follower.tools + "/psql", "-X", "-A", "-t", "-w", "-h",
         upstream.address, "-p", std::to_string(upstream.port), "-U", upstream.replication.user,
         "-d", "dbname=postgres replication=true connect_timeout=5", "-c", "IDENTIFY_SYSTEM"}};
    command.mutates = false;
    command.limit = std::chrono::seconds(15);
    command.environment["PGPASSWORD"] =
        application::resolvePassword(world, instance, upstream.replication.password);
    const auto outcome = config::worldOf(world, instance, follower.host).shell.run(command);
    if (outcome.ok()) return result("follow", subject, Outcome::pass, "works");
    return result("follow", subject, Outcome::fail, core::printable(outcome.inWords()),
                  fmt::format("Allow it in pg_hba.conf of {}: after a switchover {} follows it.",
                              upstream.name, follower.name));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return result("follow", subject, Outcome::unknown, error.what(), error.hint());
  }
}

std::vector<core::CheckResult> readiness(ports::World& world, const config::Instance& instance,
                                         const Topology& topology) {
  auto results = readinessOf(topology);
  for (const Node& node : topology.nodes) {
    world.cancellation.check();
    results.push_back(starter(node.settings));
    results.push_back(programs(world, instance, node.settings));
    for (const Node& other : topology.nodes) {
      if (&other == &node || !other.answers()) continue;
      results.push_back(canFollow(world, instance, node.settings, other.settings));
    }
  }
  return results;
}

}  // namespace cluster
