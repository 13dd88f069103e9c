#include "lib/service/step_running.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

/// Nobody at a terminal is no.
bool agreesToKill(ports::World& world, const std::string& name, const std::string& why) {
  ports::Question question{
      "service.kill", fmt::format("{}. Ending it by force loses the job that it works on. Type the "
                                  "service's name ({}) to do so:",
                                  why, name)};
  question.word = name;
  try {
    return world.prompt.confirm(question);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::refused) throw;
    return false;
  }
}

}  // namespace

std::int64_t milliseconds(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

core::Duration durationAt(const core::Json& arguments, const char* key) {
  return std::chrono::milliseconds(arguments.at(key).get<std::int64_t>());
}

void stopProven(const Environment& environment, const config::ServiceSettings& service,
                core::Duration limit, core::Duration kill_after, core::Progress& progress) {
  Services services(environment.world, environment.instance);
  const bool by_itself = kill_after > core::Duration::zero();
  progress.at("stopping " + service.name, 0, 0);
  try {
    services.stop(service, by_itself ? kill_after : limit);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::timed_out) throw;
    if (!by_itself && !agreesToKill(environment.world, service.name, error.what())) {
      throw core::Error(core::Kind::timed_out, error.what(),
                        error.hint() + (error.hint().empty() ? "" : " ") +
                            "--kill-after DURATION ends by force what has not stopped by then.");
    }
    progress.say(
        fmt::format("service {} did not stop by itself: it is ended by force", service.name));
    services.kill(service, limit);
  }
}

ServiceRunning::ServiceRunning(Environment environment, bool wanted, const core::Json& arguments)
    : environment_(environment),
      wanted_(wanted),
      name_(arguments.at("service").get<std::string>()),
      limit_(durationAt(arguments, "limit_ms")),
      kill_after_(durationAt(arguments, "kill_after_ms")) {}

const config::ServiceSettings& ServiceRunning::service() const {
  return Services(environment_.world, environment_.instance).named(name_);
}

std::string ServiceRunning::title() const {
  return fmt::format("service {} {}", name_, wanted_ ? "runs" : "is stopped");
}

step::Observation ServiceRunning::observe(const core::Json*) {
  const char* kind = wanted_ ? "service.running" : "service.stopped";
  const auto details = Services(environment_.world, environment_.instance).inspect(service());
  const auto& state = details.state;
  if (wanted_ && details.masked) {
    return step::blocked({kind, name_, core::Outcome::fail, state.words, title(),
                          "`systemctl unmask` lets it start."});
  }
  // Between two starts of a loop nothing runs, and it will run again.
  if (details.looping) return seen(kind, name_, core::Outcome::fail, state.words, title());
  if (state.running == Running::unknown) {
    return seen(kind, name_, core::Outcome::unknown, state.words, title(),
                "Run this as root, or as the account of the service.");
  }
  const bool holds = (state.running == Running::yes) == wanted_;
  return seen(kind, name_, holds ? core::Outcome::pass : core::Outcome::fail, state.words, title());
}

core::Json ServiceRunning::before() {
  const auto state = Services(environment_.world, environment_.instance).observe(service());
  return {{"running", state.running == Running::yes}, {"identity", state.identity}};
}

void ServiceRunning::apply(const core::Json&, core::Progress& progress) {
  if (!wanted_) return stopProven(environment_, service(), limit_, kill_after_, progress);
  Services services(environment_.world, environment_.instance);
  if (const auto done = services.makeReady(service()); !done.empty()) progress.say(done);
  progress.at("starting " + name_, 0, 0);
  services.start(service(), limit_);
}

step::Compensation ServiceRunning::compensation(const core::Json& before, step::Purpose) {
  if (before.at("running").get<bool>() == wanted_) return step::Compensation::none();
  return step::Compensation::by({wanted_ ? "service.stopped" : "service.running",
                                 {{"service", name_},
                                  {"limit_ms", milliseconds(limit_)},
                                  {"kill_after_ms", milliseconds(kill_after_)}}});
}

std::vector<std::string> ServiceRunning::manual() const {
  Services services(environment_.world, environment_.instance);
  return {wanted_ ? services.manualStart(service()) : services.manualStop(service())};
}

}  // namespace service
