#include "lib/service/step_proven.hpp"

#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_running.hpp"

namespace service {
namespace {

std::string whatFailed(const std::vector<core::CheckResult>& lines) {
  std::vector<std::string> words;
  for (const auto& one : lines) {
    if (one.outcome == core::Outcome::fail) words.push_back(one.subject + ": " + one.found);
  }
  return core::join(words, "; ");
}

}  // namespace

ServicesProven::ServicesProven(Environment environment, const core::Json& arguments)
    : environment_(environment),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      before_(beforeFromJson(arguments.at("before"))),
      limit_(durationAt(arguments, "limit_ms")),
      settle_(durationAt(arguments, "settle_ms")),
      part_(arguments.value("part", std::string())) {}

std::string ServicesProven::title() const {
  return fmt::format("success is proven: {} started anew, stable for {}, serving, without errors",
                     core::join(names_, ", "), core::formatDuration(settle_));
}

step::Observation ServicesProven::observe(const core::Json*) {
  const bool proven = !lines_.empty() && checks::worst(lines_) != core::Outcome::fail;
  return seen("services.proven", "services", proven ? core::Outcome::pass : core::Outcome::fail,
              proven ? checks::summary(lines_) : "to be proven after the start", title());
}

core::Json ServicesProven::before() {
  return {{"process", environment_.world.caller.pid}, {"host", environment_.world.caller.host}};
}

void ServicesProven::startAgain(core::Progress& progress) {
  Services services(environment_.world, environment_.instance);
  for (const auto& name : names_) {
    const auto& service = services.named(name);
    const auto details = services.inspect(service);
    if (details.state.running == Running::yes) continue;
    progress.at("starting " + name + " again", 0, 0);
    services.makeReady(service);
    services.start(service, limit_);
  }
}

void ServicesProven::apply(const core::Json& before, core::Progress& progress) {
  const auto& caller = environment_.world.caller;
  if (before.at("process") != caller.pid || before.at("host") != caller.host) startAgain(progress);
  lines_ = proveAll(environment_, names_, before_, limit_, settle_, progress);
  const std::string failures = whatFailed(lines_);
  if (failures.empty()) return;
  throw core::Error(
      core::Kind::failed_check, "the restart is not proven: " + failures,
      "Nothing is left stopped. Mend what the lines say, or put back what was changed before the "
      "restart (`sotctl run list`, `sotctl run undo ID`).");
}

core::Json ServicesProven::results() const {
  return {{part_.empty() ? "proof" : part_ + "_proof", checks::toJson(lines_)}};
}

std::vector<std::string> ServicesProven::manual() const {
  return {"sotctl service status", "sotctl service logs --since-restart"};
}

}  // namespace service
