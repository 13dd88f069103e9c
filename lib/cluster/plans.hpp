#pragma once

#include <string>
#include <vector>

#include "lib/cluster/topology.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/step.hpp"

namespace cluster {

/// What a change of the primary is to do.
struct Switch {
  std::string from;
  std::string to;
  std::string stamp;                    // the run's id
  std::string synchronous{};            // synchronous_standby_names of `to`
  std::vector<std::string> siblings{};  // other standbys that are to follow `to`
  core::Duration drain{};               // how long running jobs are waited for
  bool busy_accepted = false;
  bool managed_accepted = false;
  bool elsewhere_accepted = false;
  std::string attested{};  // unplanned: who says that the host of `from` is off
};

/// What is to do for that, from what is seen now.
Switch switchOf(const Topology& topology, const Node& from, const Node& to,
                const std::string& stamp);

/// From one node to another without loss: the services stop, the old primary stops, the standby is
/// proven to have everything, is promoted, and the old one follows it.
std::vector<step::Spec> switchoverSteps(ports::World& world, const config::Instance& instance,
                                        const Switch& wanted);

/// After a loss: the old primary is fenced first, and stays so.
std::vector<step::Spec> lostSteps(ports::World& world, const config::Instance& instance,
                                  const Switch& wanted);

/// Hosts that have the application's configuration: "" is this one.
std::vector<std::string> applicationHosts(const config::Instance& instance);

}  // namespace cluster
