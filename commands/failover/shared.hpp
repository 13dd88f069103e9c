#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/operation.hpp"
#include "commands/verb.hpp"
#include "lib/cluster/loss.hpp"
#include "lib/cluster/plans.hpp"
#include "lib/cluster/rejoin.hpp"
#include "lib/cluster/topology.hpp"

namespace commands::failover_shared {

/// What is looked at before every verb. Errors: not_found (the instance has no nodes), refused (two
/// servers of one cluster take writes; no override).
cluster::Topology lookFirst(Context& context, const config::Instance& instance);

/// Errors: usage (none is named), not_found; both say which there are.
const cluster::Node& nodeNamed(const cluster::Topology& topology, const std::string& name,
                               const std::string& option);
/// Errors: refused, where none is seen to be it.
const cluster::Node& onlyPrimary(const cluster::Topology& topology);

/// Where the primary is now, kept for the day on which it can't be asked. Not in a dry run; what
/// can't be written is not.
void remember(Context& context, const config::Instance& instance,
              const cluster::Topology& topology);
std::optional<cluster::Sample> remembered(Context& context, const config::Instance& instance);

struct SwitchOptions {
  bool back = false;  // of `failover back`: none that another one of these takes back
  std::optional<core::Duration> drain;
  std::optional<core::Duration> disable_agent;
};
void bindSwitch(Arguments& arguments, SwitchOptions& options);

/// A planned switchover, asked for and carried out; gives the exit status. `to` is the primary
/// already: says so. Errors: refused (what `failover check` finds, unless it is accepted).
int switchOver(Context& context, Operation& operation, const cluster::Topology& topology,
               const cluster::Node& to, const SwitchOptions& options);

struct LostOptions {
  std::string from;  // empty: the only node that is away
  std::string to;    // empty: the most advanced standby
  SwitchOptions how;
};

/// A standby becomes the primary in the place of one that is lost (lost.cpp). Errors: refused (the
/// primary answers, a standby has more than the one named, not confirmed), usage (which one is lost
/// is not clear).
int failOver(Context& context, Operation& operation, const cluster::Topology& topology,
             const LostOptions& options);

/// The plan with the instance's monitoring quiet, and Puppet's agents disabled where that is
/// wanted.
void surround(Context& context, const config::Instance& instance, const SwitchOptions& options,
              step::Plan& plan);

/// What a change of the primary came to: proof, loss and outage, for a post-mortem.
Report reportOf(const step::Run& run);

/// A server becomes a standby of the primary; nothing where it is one. `more_follows`: its end is
/// not the command's.
int rejoin(Context& context, Operation& operation, const cluster::Topology& topology,
           const cluster::Node& node, bool copy, bool more_follows);

}  // namespace commands::failover_shared
