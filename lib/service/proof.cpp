#include "lib/service/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/questions.hpp"
#include "lib/service/release.hpp"
#include "lib/service/services.hpp"
#include "lib/service/side_by_side.hpp"
#include "lib/service/workers.hpp"

namespace service {
namespace {

using core::CheckResult;
using core::Outcome;
using namespace std::chrono_literals;

constexpr std::size_t kShownLines = 5;
constexpr int kLastLines = 30;
constexpr auto kLook = 50ms;

CheckResult line(const char* id, const config::ServiceSettings& service, Outcome outcome,
                 std::string found, std::string wanted = {}, std::string hint = {}) {
  return {std::string("proof.") + id, "service " + service.name, outcome,
          std::move(found),           std::move(wanted),         std::move(hint)};
}

CheckResult identity(const config::ServiceSettings& service, const Details& details,
                     const Before& before) {
  const auto& state = details.state;
  const auto old = before.identities.find(service.name);
  if (state.running != Running::yes) {
    return line("identity", service, Outcome::fail, state.words, "running");
  }
  if (old != before.identities.end() && old->second == state.identity) {
    return line("identity", service, Outcome::fail, "it was not restarted: " + state.words,
                "a new start");
  }
  if (details.health == "unhealthy" || details.health == "starting") {
    return line("identity", service, Outcome::fail, state.words, "healthy");
  }
  return line("identity", service, Outcome::pass, "started anew, " + state.words);
}

CheckResult registered(const Environment& environment, const config::ServiceSettings& service,
                       const Details& details, bool ask_celery) {
  const auto found = registrationOf(environment.world, environment.instance, service,
                                    details.state.since, ask_celery);
  if (!found.registered) return line("registered", service, Outcome::unknown, found.words);
  return line("registered", service, *found.registered ? Outcome::pass : Outcome::fail, found.words,
              "a worker that registered after the start");
}

/// The lines that tell of errors since the start, redacted.
CheckResult cleanLog(const Environment& environment, const config::ServiceSettings& service,
                     const Details& details, const Before& before) {
  const auto place = before.places.find(service.name);
  auto range = sinceStart(
      details.state, place == before.places.end() ? std::nullopt : std::optional(place->second));
  if (details.state.running != Running::yes) range.newest = kLastLines;  // of whatever start it was
  std::vector<std::string> errors;
  try {
    for (const auto& one : readLog(environment.at(service), service, range)) {
      if (one.error) errors.push_back(core::redacted(core::printable(one.text)));
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return line("log", service, Outcome::unknown, error.what());
  }
  if (errors.empty()) return line("log", service, Outcome::pass, "no error lines since the start");
  std::string words =
      core::plural(static_cast<std::int64_t>(errors.size()), "error line", "error lines") +
      " since the start";
  const std::size_t from = errors.size() > kShownLines ? errors.size() - kShownLines : 0;
  for (std::size_t i = from; i < errors.size(); ++i) words += "\n" + errors[i].substr(0, 300);
  // What a database server calls FATAL is mostly one client's end, also in an orderly restart.
  const bool dependency =
      service.role == config::ServiceRole::database || service.role == config::ServiceRole::redis;
  return line("log", service, dependency ? Outcome::warn : Outcome::fail, words, {},
              fmt::format("`sotctl service logs {} --since-restart` shows all.", service.name));
}

std::vector<const config::ServiceSettings*> named(const Environment& environment,
                                                  const std::vector<std::string>& names) {
  Services services(environment.world, environment.instance);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& name : names) all.push_back(&services.named(name));
  return all;
}

bool failed(const std::vector<CheckResult>& lines) {
  return std::any_of(lines.begin(), lines.end(),
                     [](const auto& one) { return one.outcome == Outcome::fail; });
}

/// The lines of each service, hosts side by side. What can't be looked at for want of its host is
/// not proven.
std::vector<CheckResult> eachOf(
    const Environment& environment, const std::vector<const config::ServiceSettings*>& services,
    const std::function<std::vector<CheckResult>(const config::ServiceSettings&)>& look) {
  std::vector<std::vector<CheckResult>> parts(services.size());
  const auto errors = sideBySide(environment.world, environment.instance, services, {},
                                 [&](std::size_t at) { parts[at] = look(*services[at]); });
  std::vector<CheckResult> lines;
  for (std::size_t at = 0; at < services.size(); ++at) {
    if (errors[at]) {
      parts[at] = {line("identity", *services[at], Outcome::fail, inWords(errors[at]), "running")};
    }
    std::move(parts[at].begin(), parts[at].end(), std::back_inserter(lines));
  }
  return lines;
}

/// What can still come right by waiting, of all services, and the probes.
std::vector<CheckResult> lookAgain(const Environment& environment,
                                   const std::vector<const config::ServiceSettings*>& services,
                                   const Before& before, bool ask_celery) {
  std::vector<CheckResult> lines = eachOf(environment, services, [&](const auto& service) {
    return prove(environment, service, before, ask_celery);
  });
  std::vector<std::string> names;
  for (const auto* each : services) names.push_back(each->name);
  for (auto& result : probe(environment.world, probesOf(environment.instance, names), 5s)) {
    lines.push_back(std::move(result));
  }
  for (auto& result : askConfigured(environment.world, environment.instance)) {
    lines.push_back(std::move(result));
  }
  return lines;
}

/// Identities of those that run; a restart by a manager changes them.
std::map<std::string, std::string> standing(
    const Environment& environment, const std::vector<const config::ServiceSettings*>& all) {
  const auto states = Services(environment.world, environment.instance).observeAll(all);
  std::map<std::string, std::string> now;
  for (std::size_t at = 0; at < all.size(); ++at) {
    now[all[at]->name] = states[at].running == Running::yes ? states[at].identity : "";
  }
  return now;
}

/// Watches for `settle`; adds what did not stay as it was.
void settleDown(const Environment& environment,
                const std::vector<const config::ServiceSettings*>& services, core::Duration settle,
                std::vector<CheckResult>& lines) {
  const auto first = standing(environment, services);
  const auto end = environment.world.clock.steady() + settle;
  while (environment.world.clock.steady() < end) {
    const auto left =
        std::chrono::duration_cast<core::Duration>(end - environment.world.clock.steady());
    environment.world.clock.sleep(std::min<core::Duration>(left, 500ms));
    const auto now = standing(environment, services);
    if (now == first) continue;
    for (const auto* each : services) {
      if (now.at(each->name) == first.at(each->name)) continue;
      const auto state = Services(environment.world, environment.instance).observe(*each);
      lines.push_back(line("stable", *each, Outcome::fail,
                           "it did not stay up after its start: " + state.words,
                           "no further restart for " + core::formatDuration(settle)));
    }
    return;
  }
}

}  // namespace

Before beforeRestart(ports::World& world, const config::Instance& instance,
                     const std::vector<std::string>& names) {
  Services services(world, instance);
  const auto all = services.inOrder(names);
  const auto states = services.observeAll(all);
  std::vector<std::optional<FilePlace>> places(all.size());
  sideBySide(world, instance, all, {}, [&](std::size_t at) {
    if (all[at]->log.empty()) return;
    places[at] = placeOf(config::worldOf(world, instance, *all[at]), all[at]->log);
  });
  Before before;
  for (std::size_t at = 0; at < all.size(); ++at) {
    before.identities[all[at]->name] = states[at].identity;
    if (places[at]) before.places[all[at]->name] = *places[at];
  }
  return before;
}

core::Json toJson(const Before& before) {
  core::Json places = core::Json::object();
  for (const auto& [name, place] : before.places) {
    places[name] = {{"inode", place.inode}, {"bytes", place.bytes}};
  }
  return {{"identities", before.identities}, {"places", std::move(places)}};
}

Before beforeFromJson(const core::Json& json) {
  Before before;
  before.identities = json.at("identities").get<std::map<std::string, std::string>>();
  for (const auto& [name, place] : json.at("places").items()) {
    before.places[name] = {place.at("inode").get<std::uint64_t>(),
                           place.at("bytes").get<std::uint64_t>()};
  }
  return before;
}

std::vector<CheckResult> prove(const Environment& environment,
                               const config::ServiceSettings& service, const Before& before,
                               bool ask_celery) {
  const Details details = Services(environment.world, environment.instance).inspect(service);
  std::vector<CheckResult> lines{identity(service, details, before)};
  if (lines.front().outcome != Outcome::pass) return lines;
  const std::string old = oldCode(service, details, environment.instance,
                                  releaseOf(environment.at(service).files, environment.instance));
  if (!old.empty()) {
    lines.push_back(line("code", service, Outcome::fail, "old code runs: " + old));
  }
  if (service.role == config::ServiceRole::worker) {
    lines.push_back(registered(environment, service, details, ask_celery));
  }
  return lines;
}

std::vector<CheckResult> proveAll(const Environment& environment,
                                  const std::vector<std::string>& names, const Before& before,
                                  core::Duration limit, core::Duration settle,
                                  core::Progress& progress) {
  const auto services = named(environment, names);
  const auto end = environment.world.clock.steady() + limit;
  std::vector<CheckResult> lines;
  for (;;) {
    environment.world.cancellation.check();
    lines = lookAgain(environment, services, before, true);
    if (!failed(lines) || environment.world.clock.steady() >= end) break;
    progress.at("waiting for proof that the restart took", 0, 0);
    environment.world.clock.sleep(kLook);
  }
  if (!failed(lines) && settle > core::Duration::zero()) {
    progress.at("watching for " + core::formatDuration(settle), 0, 0);
    settleDown(environment, services, settle, lines);
  }
  auto logs = eachOf(environment, services, [&](const auto& service) {
    const auto details = Services(environment.world, environment.instance).inspect(service);
    return std::vector{cleanLog(environment, service, details, before)};
  });
  std::move(logs.begin(), logs.end(), std::back_inserter(lines));
  return lines;
}

}  // namespace service
