#pragma once

#include <string>
#include <vector>

#include "lib/cluster/environment.hpp"

namespace cluster {

/// What keeps a server that was given up from taking writes, looked at from outside.
struct Fence {
  /// pass: proven, or attested. fail: it can take writes. unknown: could not determine.
  core::Outcome outcome = core::Outcome::unknown;
  bool attested = false;           // it is a person's word
  std::vector<std::string> proof;  // what was seen, one fact a line
  std::string missing;             // what is not proven, where not pass

  std::string words() const;
};

/// Looks at `node` from this host and from the host of `other`. `attested`: who said that its host
/// is powered off; empty: nobody. Proven is: the status command says so; or no process of it runs
/// on its host, nothing starts its unit, and it would come up as a standby. A port that answers
/// speaks against each of them, and against a person's word.
Fence lookAtFence(const Environment& environment, const std::string& node, const std::string& other,
                  const std::string& attested);

/// Whether a shell of the node's host can be had.
bool hostAnswers(const Environment& environment, const config::NodeSettings& node);

}  // namespace cluster
