#include "lib/service/probe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

core::CheckResult send(ports::World& world, const config::ProbeSettings& settings,
                       std::chrono::milliseconds limit) {
  core::CheckResult result;
  result.id = "probe";
  result.subject = settings.url;
  result.wanted = fmt::format("status {}", settings.status);
  ports::HttpRequest request;
  request.url = settings.url;
  request.limit = limit;
  for (const auto& [name, value] : settings.headers) request.headers[name] = core::Secret(value);
  try {
    const auto response = world.http.send(request);
    result.found = fmt::format("status {}", response.status);
    result.outcome = response.status == settings.status ? core::Outcome::pass : core::Outcome::fail;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    const bool answer =
        error.kind() == core::Kind::unreachable || error.kind() == core::Kind::timed_out;
    result.outcome = answer ? core::Outcome::fail : core::Outcome::unknown;
    result.found = error.what();
    result.hint = error.hint();
  }
  return result;
}

std::string whatFailed(const std::vector<core::CheckResult>& results) {
  std::vector<std::string> words;
  for (const auto& result : results) {
    if (result.outcome == core::Outcome::pass) continue;
    // What the adapter says of a failure names the address already.
    const bool named = result.found.find(result.subject) != std::string::npos;
    words.push_back(named ? result.found : result.subject + ": " + result.found);
  }
  return core::join(words, "; ");
}

}  // namespace

std::vector<config::ProbeSettings> probesOf(const config::Instance& instance,
                                            const std::vector<std::string>& services) {
  std::vector<config::ProbeSettings> probes;
  for (const auto& one : instance.probes) {
    const bool theirs =
        one.host.empty() ||
        std::any_of(instance.services.begin(), instance.services.end(), [&](const auto& service) {
          return service.host == one.host &&
                 std::find(services.begin(), services.end(), service.name) != services.end();
        });
    if (theirs) probes.push_back(one);
  }
  return probes;
}

std::vector<core::CheckResult> probe(ports::World& world,
                                     const std::vector<config::ProbeSettings>& probes,
                                     std::chrono::milliseconds limit_each) {
  std::vector<core::CheckResult> results;
  for (const auto& settings : probes) {
    results.push_back(send(world, settings, limit_each));
  }
  return results;
}

bool healthy(const std::vector<core::CheckResult>& results) {
  return !results.empty() &&
         std::all_of(results.begin(), results.end(), [](const core::CheckResult& result) {
           return result.outcome == core::Outcome::pass;
         });
}

std::chrono::steady_clock::time_point waitHealthy(ports::World& world,
                                                  const config::Instance& instance,
                                                  const std::vector<config::ProbeSettings>& probes,
                                                  core::Duration limit, core::Progress& progress) {
  if (probes.empty()) {
    throw core::Error(
        core::Kind::configuration,
        fmt::format("instance {} has no probe that would show its health", instance.name),
        fmt::format("Add one under [[instance.{}.probe]].", instance.name));
  }
  const auto end = world.clock.steady() + limit;
  for (;;) {
    world.cancellation.check();
    const auto sent = world.clock.steady();
    const auto results = probe(world, probes, 5s);
    if (healthy(results)) return sent;
    progress.at("waiting for " + whatFailed(results), 0, 0);
    if (world.clock.steady() >= end) {
      throw core::Error(core::Kind::timed_out,
                        fmt::format("instance {} is not healthy after {}: {}", instance.name,
                                    core::formatDuration(limit), whatFailed(results)));
    }
    world.clock.sleep(100ms);
  }
}

}  // namespace service
