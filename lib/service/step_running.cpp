#include "lib/service/step_running.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/hosts/fold.hpp"
#include "lib/service/services.hpp"
#include "lib/service/side_by_side.hpp"

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

namespace {

/// What did not stop in time.
void endByForce(const Environment& environment, const config::ServiceSettings& service,
                const core::Error& error, core::Duration limit, bool by_itself,
                core::Progress& progress) {
  if (!by_itself && !agreesToKill(environment.world, service.name, error.what())) {
    throw core::Error(core::Kind::timed_out, error.what(),
                      error.hint() + (error.hint().empty() ? "" : " ") +
                          "--kill-after DURATION ends by force what has not stopped by then.");
  }
  progress.say(
      fmt::format("service {} did not stop by itself: it is ended by force", service.name));
  Services(environment.world, environment.instance).kill(service, limit);
}

std::string commonWords(const std::vector<const config::ServiceSettings*>& services,
                        const std::vector<std::string>& words) {
  if (services.size() == 1) return words.front();
  std::vector<std::pair<std::string, std::string>> said;
  for (std::size_t at = 0; at < services.size(); ++at) {
    said.emplace_back(services[at]->host, words[at]);
  }
  return hosts::fold(said);
}

}  // namespace

void stopProven(const Environment& environment,
                const std::vector<const config::ServiceSettings*>& services, core::Duration limit,
                core::Duration kill_after, core::Progress& progress, const hosts::Limits& limits) {
  const bool by_itself = kill_after > core::Duration::zero();
  progress.at("stopping " + services.front()->commonName(), 0, 0);
  const auto errors = Services(environment.world, environment.instance)
                          .forEach(services, limits, [&](Services& mine, const auto& service) {
                            mine.stop(service, by_itself ? kill_after : limit);
                          });
  std::exception_ptr first;
  for (std::size_t at = 0; at < services.size(); ++at) {
    if (!errors[at]) continue;
    try {
      std::rethrow_exception(errors[at]);
    } catch (const core::Error& error) {
      try {
        if (error.kind() != core::Kind::timed_out) throw;
        endByForce(environment, *services[at], error, limit, by_itself, progress);
      } catch (const core::Error&) {
        if (!first) first = std::current_exception();
      }
    }
  }
  if (first) std::rethrow_exception(first);
}

ServiceRunning::ServiceRunning(Environment environment, bool wanted, const core::Json& arguments)
    : environment_(environment),
      wanted_(wanted),
      arguments_(arguments),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      limit_(durationAt(arguments, "limit_ms")),
      kill_after_(durationAt(arguments, "kill_after_ms")),
      limits_{arguments.value("at_once", hosts::Limits{}.at_once),
              arguments.value("batch", std::size_t{0}),
              arguments.value("failures", std::size_t{0})} {
  if (names_.empty()) throw core::Error(core::Kind::corrupt, "a step names no service");
}

std::vector<const config::ServiceSettings*> ServiceRunning::services() const {
  return Services(environment_.world, environment_.instance).inOrder(names_);
}

std::string ServiceRunning::title() const {
  return names_.size() == 1
             ? fmt::format("service {} {}", names_.front(), wanted_ ? "runs" : "is stopped")
             : fmt::format("services {} {}", core::join(names_, ", "),
                           wanted_ ? "run" : "are stopped");
}

step::Observation ServiceRunning::observe(const core::Json*) {
  const char* kind = wanted_ ? "service.running" : "service.stopped";
  const auto all = services();
  std::vector<Details> details(all.size());
  std::map<const config::ServiceSettings*, std::size_t> index;
  for (std::size_t at = 0; at < all.size(); ++at) index[all[at]] = at;
  const auto errors = Services(environment_.world, environment_.instance)
                          .forEach(all, {}, [&](Services& mine, const auto& service) {
                            details[index.at(&service)] = mine.inspect(service);
                          });
  bool needed = false;
  std::vector<std::string> words;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto& one = details[at];
    const std::string& name = all[at]->name;
    if (errors[at]) std::rethrow_exception(errors[at]);
    if (wanted_ && one.masked) {
      return step::blocked({kind, name, core::Outcome::fail, one.state.words, title(),
                            "`systemctl unmask` lets it start."});
    }
    words.push_back(one.state.words);
    // Between two starts of a loop nothing runs, and it will run again.
    if (one.looping || (one.state.running == Running::yes) != wanted_) needed = true;
    if (!one.looping && one.state.running == Running::unknown) {
      return seen(kind, name, core::Outcome::unknown, one.state.words, title(),
                  "Run this as root, or as the account of the service.");
    }
  }
  return seen(kind, all.front()->commonName(), needed ? core::Outcome::fail : core::Outcome::pass,
              commonWords(all, words), title());
}

core::Json ServiceRunning::before() {
  const auto all = services();
  const auto states = Services(environment_.world, environment_.instance).observeAll(all);
  core::Json running = core::Json::array();
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running == Running::yes) running.push_back(all[at]->name);
  }
  return {{"running", std::move(running)}};
}

void ServiceRunning::apply(const core::Json&, core::Progress& progress) {
  if (wanted_) return start(progress);
  stopProven(environment_, services(), limit_, kill_after_, progress, limits_);
}

void ServiceRunning::start(core::Progress& progress) {
  const auto all = services();
  progress.at("starting " + all.front()->commonName(), 0, 0);
  std::map<std::string, std::string> done;
  for (const auto* each : all) done[each->name];
  const auto errors = Services(environment_.world, environment_.instance)
                          .forEach(all, limits_, [&](Services& mine, const auto& service) {
                            done.at(service.name) = mine.makeReady(service);
                            mine.start(service, limit_);
                          });
  for (const auto& [name, words] : done) {
    if (!words.empty()) progress.say(words);
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

/// Of those alone that were otherwise.
step::Compensation ServiceRunning::compensation(const core::Json& before, step::Purpose) {
  const auto ran = before.at("running").get<std::vector<std::string>>();
  std::vector<std::string> changed;
  for (const auto& name : names_) {
    const bool running = std::find(ran.begin(), ran.end(), name) != ran.end();
    if (running != wanted_) changed.push_back(name);
  }
  if (changed.empty()) return step::Compensation::none();
  core::Json arguments = arguments_;
  arguments["services"] = changed;
  return step::Compensation::by(
      {wanted_ ? "service.stopped" : "service.running", std::move(arguments)});
}

std::vector<std::string> ServiceRunning::manual() const {
  Services looker(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto* each : services()) {
    lines.push_back(wanted_ ? looker.manualStart(*each) : looker.manualStop(*each));
  }
  return lines;
}

}  // namespace service
