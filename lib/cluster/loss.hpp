#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/cluster/environment.hpp"
#include "lib/cluster/topology.hpp"
#include "lib/core/json.hpp"

namespace cluster {

/// Where a primary was at one moment, kept for the day on which it can't be asked any more.
struct Sample {
  std::string node;
  std::string system;
  int timeline = 0;
  Lsn written;
  core::Time at{};
};

core::Json toJson(const Sample& sample);
/// Nothing for another shape.
std::optional<Sample> sampleFromJson(const core::Json& json);
/// Of the primary that is seen; nothing where there is none.
std::optional<Sample> sampleOf(const Topology& topology, core::Time now);

/// What a standby that becomes the primary does not have.
struct Loss {
  std::optional<std::uint64_t> bytes;   // of the log; nothing: could not determine
  std::optional<std::int64_t> commits;  // transactions in them, where they could be read
  bool exact = false;                   // read from the lost primary's own log
  std::string words;
  /// What a person types to give that up: "16384 bytes", "unknown".
  std::string word() const;
};

/// By the log of `from` where its host still answers, else by the newest sample of it, else not at
/// all. Reads only.
Loss lookAtLoss(const Environment& environment, const Node& from, const Node& to,
                const std::optional<Sample>& sample, core::Time now);

/// The standbys from the most advanced one on: by timeline, then by what they have received.
std::vector<const Node*> mostAdvanced(const Topology& topology);

}  // namespace cluster
