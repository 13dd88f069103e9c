#pragma once

#include <string>
#include <vector>

#include "lib/cluster/environment.hpp"
#include "lib/cluster/topology.hpp"
#include "lib/step/step.hpp"

namespace cluster {

/// How a server becomes a standby of the primary.
enum class Way {
  none,    // it streams from it already
  follow,  // its log is a beginning of the primary's: start it as a standby
  rewind,  // it wrote what the primary never had: pg_rewind gives that up
  copy,    // a base backup into a new folder
};

const char* wayName(Way way);

struct Rejoin {
  Way way = Way::none;
  std::string why;
  /// What only this server has, and loses, in bytes of its log; nothing where that is unknown.
  std::optional<std::uint64_t> given_up{};
};

/// Decides by the server's log, its control file and the primary's history; reads only. `copy`: the
/// person wants a copy whatever could be done.
/// Errors: refused (it takes writes, or is no copy of the same cluster), unreachable (its host).
Rejoin wayFor(const Environment& environment, const Node& node, const Node& primary, bool copy);

/// The steps of that way. `stamp`: the run's id.
std::vector<step::Spec> rejoinSteps(const config::Instance& instance, const Rejoin& rejoin,
                                    const std::string& node, const std::string& primary,
                                    const std::string& stamp);

/// What a rejoin keeps beside a data folder: configuration files of before, how far it came, and
/// the folder that was replaced.
std::string keptFolder(const config::NodeSettings& node, const std::string& stamp);

}  // namespace cluster
