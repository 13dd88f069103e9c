#pragma once

#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Those that tell of these services: the probes of their hosts, and those of the whole instance.
std::vector<config::ProbeSettings> probesOf(const config::Instance& instance,
                                            const std::vector<std::string>& services);

/// Sends each probe once; one result per probe, with the id "probe". A refused or cut
/// connection and no answer in time are fail; what keeps this host from asking at all (a
/// certificate) is unknown. No probe configured gives no result.
std::vector<core::CheckResult> probe(
    ports::World& world, const std::vector<config::ProbeSettings>& probes,
    std::chrono::milliseconds limit_each = std::chrono::seconds(10));
inline std::vector<core::CheckResult> probe(
    ports::World& world, const config::Instance& instance,
    std::chrono::milliseconds limit_each = std::chrono::seconds(10)) {
  return probe(world, instance.probes, limit_each);
}

/// Whether every result passed; no result at all is not health.
bool healthy(const std::vector<core::CheckResult>& results);

/// Probes again and again until all pass in one round. Gives the moment (of the steady clock) at
/// which that round's first request was sent: the end of a measured downtime.
/// Errors: timed_out with the last words of each probe that failed; configuration where no probe is
/// configured; interrupted.
std::chrono::steady_clock::time_point waitHealthy(ports::World& world,
                                                  const config::Instance& instance,
                                                  const std::vector<config::ProbeSettings>& probes,
                                                  core::Duration limit, core::Progress& progress);
inline std::chrono::steady_clock::time_point waitHealthy(ports::World& world,
                                                         const config::Instance& instance,
                                                         core::Duration limit,
                                                         core::Progress& progress) {
  return waitHealthy(world, instance, instance.probes, limit, progress);
}

}  // namespace service
