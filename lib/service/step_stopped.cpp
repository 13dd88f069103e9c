#include "lib/service/step_stopped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

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
      remake_(arguments.value("remake", false)) {}

std::string ServicesStopped::title() const {
  auto stops = names_;
  std::reverse(stops.begin(), stops.end());
  return fmt::format("stopped: {}; then started: {}", core::join(stops, ", "),
                     core::join(names_, ", "));
}

step::Observation ServicesStopped::observe(const core::Json*) {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> words;
  core::Outcome outcome = core::Outcome::pass;
  for (const auto& name : names_) {
    const ServiceState state = services.observe(services.named(name));
    // What is neither here nor there (a loop between two starts) is stopped like what runs.
    if (state.running != Running::no) outcome = core::Outcome::fail;
    words.push_back(fmt::format("{}: {}", name, state.words));
  }
  return seen(kKind, "services", outcome, core::join(words, "; "), title());
}

core::Json ServicesStopped::before() {
  Services services(environment_.world, environment_.instance);
  core::Json identities = core::Json::object();
  for (const auto& name : names_) {
    identities[name] = services.observe(services.named(name)).identity;
  }
  return {{"identities", std::move(identities)}};
}

void ServicesStopped::apply(const core::Json&, core::Progress& progress) {
  if (!meter_) meter_ = std::make_unique<DowntimeMeter>(environment_.world, environment_.instance);
  Services services(environment_.world, environment_.instance);
  std::exception_ptr first;
  for (auto name = names_.rbegin(); name != names_.rend(); ++name) {
    try {
      stopProven(environment_, services.named(*name), limit_, kill_after_, progress);
    } catch (const core::Error&) {
      if (!first) first = std::current_exception();
      break;  // the rest keeps running: it is all started again now
    }
  }
  if (first) std::rethrow_exception(first);
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
  if (!environment_.instance.probes.empty()) {
    try {
      waitHealthy(environment_.world, environment_.instance,
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
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> down;
  for (const auto& name : names_) {
    const ServiceState state = services.observe(services.named(name));
    if (state.running != Running::yes) down.push_back(name + ": " + state.words);
  }
  return down.empty() ? seen(kKind, "services", core::Outcome::pass, "all of them run")
                      : seen(kKind, "services", core::Outcome::fail, core::join(down, "; "),
                             "all of them run", "`sotctl service logs` shows why.");
}

core::Json ServicesStopped::results() const {
  if (!measured_) return core::Json::object();
  return {{"downtime_ms",
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
  for (const auto& name : names_) {
    const std::string done = services.makeReady(services.named(name));
    if (!done.empty()) progress.say(done);
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
