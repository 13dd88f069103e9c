#include "lib/service/step_stopped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_drained.hpp"
#include "lib/service/step_images.hpp"
#include "lib/service/step_running.hpp"

namespace service {
namespace {

constexpr const char* kKind = "services.stopped";
// An instance that does not serve by then is told by the proof that follows.
constexpr auto kServeLimit = std::chrono::seconds(60);

}  // namespace

ServicesStopped::ServicesStopped(Environment environment, const core::Json& arguments)
    : environment_(environment),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      limit_(durationAt(arguments, "limit_ms")),
      kill_after_(durationAt(arguments, "kill_after_ms")),
      run_(arguments.at("run").get<std::string>()),
      part_(arguments.value("part", std::string())),
      remake_(arguments.value("remake", false)) {}

std::string ServicesStopped::title() const {
  auto stops = names_;
  std::reverse(stops.begin(), stops.end());
  return fmt::format("stopped: {}; then started: {}", core::join(stops, ", "),
                     core::join(names_, ", "));
}

std::vector<std::pair<std::string, ServiceState>> ServicesStopped::states() const {
  Services services(environment_.world, environment_.instance);
  const auto all = services.inOrder(names_);
  const auto found = services.observeAll(all);
  std::vector<std::pair<std::string, ServiceState>> states;
  for (std::size_t at = 0; at < all.size(); ++at) states.emplace_back(all[at]->name, found[at]);
  return states;
}

step::Observation ServicesStopped::observe(const core::Json*) {
  std::vector<std::string> words;
  core::Outcome outcome = core::Outcome::pass;
  for (const auto& [name, state] : states()) {
    // What is neither here nor there (a loop between two starts) is stopped like what runs.
    if (state.running != Running::no) outcome = core::Outcome::fail;
    words.push_back(fmt::format("{}: {}", name, state.words));
  }
  return seen(kKind, "services", outcome, core::join(words, "; "), title());
}

core::Json ServicesStopped::before() {
  core::Json identities = core::Json::object();
  for (const auto& [name, state] : states()) identities[name] = state.identity;
  return {{"identities", std::move(identities)}};
}

void ServicesStopped::apply(const core::Json&, core::Progress& progress) {
  if (!meter_) meter_ = std::make_unique<DowntimeMeter>(environment_.world, environment_.instance);
  Services services(environment_.world, environment_.instance);
  auto all = services.inOrder(names_);
  std::reverse(all.begin(), all.end());
  // After a failure the rest keeps running: it is all started again now.
  for (const auto& group : Services::together(all)) {
    stopProven(environment_, group, limit_, kill_after_, progress);
  }
}

void ServicesStopped::close(const core::Json&, core::Progress& progress) {
  endSuspension(environment_, run_);
  if (remake_) makeContainers(environment_, names_, progress);
  Services services(environment_.world, environment_.instance);
  services.watchedByCaller();  // by the proof that follows
  services.startThese(names_, progress);
  measure(progress);
}

/// From outside, up to the first answer after the starts.
void ServicesStopped::measure(core::Progress& progress) {
  if (!meter_) return;
  if (const auto probes = probesOf(environment_.instance, names_); !probes.empty()) {
    try {
      waitHealthy(environment_.world, environment_.instance, probes,
                  std::min<core::Duration>(limit_, kServeLimit), progress);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::timed_out) throw;
      progress.say(error.what());
    }
  }
  downtime_ = meter_->stop();
  meter_.reset();
  measured_ = true;
  if (downtime_) {
    progress.say(fmt::format("serving again; downtime {}", core::formatDuration(*downtime_)));
  }
}

step::Observation ServicesStopped::observeClosed(const core::Json&) {
  std::vector<std::string> down;
  for (const auto& [name, state] : states()) {
    if (state.running != Running::yes) down.push_back(name + ": " + state.words);
  }
  return down.empty() ? seen(kKind, "services", core::Outcome::pass, "all of them run")
                      : seen(kKind, "services", core::Outcome::fail, core::join(down, "; "),
                             "all of them run", "`sotctl service logs` shows why.");
}

core::Json ServicesStopped::results() const {
  if (!measured_) return core::Json::object();
  return {{part_.empty() ? "downtime_ms" : part_ + "_downtime_ms",
           downtime_ ? core::Json(std::chrono::duration<double, std::milli>(*downtime_).count())
                     : core::Json(nullptr)}};
}

std::vector<std::string> ServicesStopped::manual() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) {
    lines.insert(lines.begin(), services.manualStop(services.named(name)));
  }
  return lines;
}

std::vector<std::string> ServicesStopped::manualClose() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) lines.push_back(services.manualStart(services.named(name)));
  return lines;
}

ServicesReady::ServicesReady(Environment environment, const core::Json& arguments)
    : environment_(environment),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      run_(arguments.at("run").get<std::string>()) {}

step::Observation ServicesReady::observe(const core::Json* before) {
  return seen("services.ready", "services",
              before == nullptr ? core::Outcome::fail : core::Outcome::pass,
              before == nullptr ? "to be looked at once they are stopped" : "nothing is in the way",
              title());
}

void ServicesReady::apply(const core::Json&, core::Progress& progress) {
  Services services(environment_.world, environment_.instance);
  std::map<std::string, std::string> done;
  for (const auto& name : names_) done[name];
  const auto errors =
      services.forEach(services.inOrder(names_), {}, [&](Services& mine, const auto& service) {
        done.at(service.name) = mine.makeReady(service);
      });
  for (const auto& [name, words] : done) {
    if (!words.empty()) progress.say(words);
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  endSuspension(environment_, run_);
}

std::vector<std::string> ServicesReady::manual() const {
  for (const auto& service : environment_.instance.services) {
    if (service.manager == config::ServiceManager::systemd) {
      return {"systemctl daemon-reload", "systemctl reset-failed"};
    }
  }
  return {};
}

}  // namespace service
