#include "lib/service/stopped.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/fresh_log.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

constexpr const char* kKind = "instance.stopped";
constexpr auto kHealthLimit = std::chrono::seconds(60);

core::CheckResult check(const config::Instance& instance, core::Outcome outcome, std::string found,
                        std::string wanted, std::string hint = {}) {
  return {
      kKind,          "services of " + instance.name, outcome, std::move(found), std::move(wanted),
      std::move(hint)};
}

std::vector<std::string> names(const core::Json& before) {
  return before.at("running").get<std::vector<std::string>>();
}

}  // namespace

std::vector<const config::ServiceSettings*> Stopped::users() const {
  std::vector<const config::ServiceSettings*> found;
  for (const config::ServiceSettings& each : instance_.services) {
    const bool infrastructure = each.role == config::ServiceRole::database ||
                                each.role == config::ServiceRole::redis ||
                                each.role == config::ServiceRole::web;
    if (!infrastructure) found.push_back(&each);
  }
  return found;
}

std::string Stopped::title() const {
  std::vector<std::string> words;
  for (const config::ServiceSettings* each : users()) words.push_back(each->name);
  return words.empty() ? "no service is configured that would have to stop"
                       : "stopped meanwhile: " + core::join(words, ", ");
}

step::Observation Stopped::observe(const core::Json*) {
  const auto all = users();
  const auto states = Services(world_, instance_).observeAll(all);
  std::vector<std::string> words;
  core::Outcome outcome = core::Outcome::pass;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const ServiceState& state = states[at];
    if (state.running == Running::unknown) {
      outcome = core::worse(outcome, core::Outcome::unknown);
    }
    if (state.running == Running::yes) outcome = core::Outcome::fail;
    words.push_back(fmt::format("{}: {}", all[at]->name, state.words));
  }
  return step::observed(check(instance_, outcome, core::join(words, "; "), title(),
                              "`sotctl doctor` tells which right or setting is missing."));
}

core::Json Stopped::before() {
  Services services(world_, instance_);
  const std::vector<std::string> running = services.running();
  core::Json kept = core::Json::array();
  for (const config::ServiceSettings* each : users()) {
    if (std::find(running.begin(), running.end(), each->name) != running.end()) {
      kept.push_back(each->name);
    }
  }
  return {{"running", std::move(kept)}, {"served", healthy(probe(world_, instance_))}};
}

void Stopped::apply(const core::Json& before, core::Progress& progress) {
  meter_ = std::make_unique<DowntimeMeter>(world_, instance_);
  Services(world_, instance_).stopThese(names(before), progress);
}

void Stopped::close(const core::Json& before, core::Progress& progress) {
  const std::vector<std::string> wanted = names(before);
  if (wanted.empty()) return;
  FreshLog log(world_, instance_);
  Services(world_, instance_).startThese(wanted, progress);
  waitUntilServing(before.at("served").get<bool>(), progress);
  log_ = log.scan(wanted);
  if (!meter_) return;
  downtime_ = meter_->stop();
  measured_ = true;
  meter_.reset();
  if (downtime_) {
    progress.say(fmt::format("serving again; downtime {}", core::formatDuration(*downtime_)));
  }
}

/// An instance that did not serve before is not held to more than that.
void Stopped::waitUntilServing(bool served_before, core::Progress& progress) {
  if (instance_.probes.empty()) return;
  try {
    waitHealthy(world_, instance_, kHealthLimit, progress);
    healthy_ = true;
  } catch (const core::Error& error) {
    if (served_before || error.kind() != core::Kind::timed_out) throw;
    progress.say(
        fmt::format("the instance did not serve before and does not now: {}", error.what()));
  }
}

step::Observation Stopped::observeClosed(const core::Json& before) {
  Services services(world_, instance_);
  const auto all = services.inOrder(names(before));
  const auto states = services.observeAll(all);
  std::vector<std::string> down;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running != Running::yes) {
      down.push_back(all[at]->name + ": " + states[at].words);
    }
  }
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return step::observed(check(instance_, outcome, found, "running as before"));
  };
  if (!down.empty()) return look(core::Outcome::fail, core::join(down, "; "));
  if (names(before).empty()) return look(core::Outcome::pass, "none ran before");
  const std::vector<core::CheckResult> probes = probe(world_, instance_);
  if (probes.empty()) return look(core::Outcome::warn, "running; no probe is configured");
  if (healthy(probes)) return look(core::Outcome::pass, "running, and the instance serves");
  const bool served = before.at("served").get<bool>();
  return look(served ? core::Outcome::fail : core::Outcome::warn,
              "running, but the instance does not serve: " + probes.front().found);
}

core::Json Stopped::results() const {
  core::Json values = core::Json::object();
  if (!log_.empty()) values["checks_log"] = checks::toJson(log_);
  if (!measured_) return values;
  values["healthy"] = healthy_;
  values["downtime_ms"] =
      downtime_ ? core::Json(std::chrono::duration<double, std::milli>(*downtime_).count())
                : core::Json(nullptr);
  return values;
}

std::vector<std::string> Stopped::manual() const {
  Services services(world_, instance_);
  std::vector<std::string> lines;
  for (const config::ServiceSettings* each : users()) {
    lines.insert(lines.begin(), services.manualStop(*each));
  }
  return lines;
}

std::vector<std::string> Stopped::manualClose() const {
  Services services(world_, instance_);
  std::vector<std::string> lines;
  for (const config::ServiceSettings* each : users()) lines.push_back(services.manualStart(*each));
  return lines;
}

}  // namespace service
