#include "lib/service/step_proven.hpp"

#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
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
      settle_(durationAt(arguments, "settle_ms")) {}

std::string ServicesProven::title() const {
  return fmt::format("success is proven: {} started anew, stable for {}, serving, without errors",
                     core::join(names_, ", "), core::formatDuration(settle_));
}

step::Observation ServicesProven::observe(const core::Json*) {
  const bool proven = !lines_.empty() && checks::worst(lines_) != core::Outcome::fail;
  return seen("services.proven", "services", proven ? core::Outcome::pass : core::Outcome::fail,
              proven ? checks::summary(lines_) : "to be proven after the start", title());
}

void ServicesProven::apply(const core::Json&, core::Progress& progress) {
  lines_ = proveAll(environment_, names_, before_, limit_, settle_, progress);
  const std::string failures = whatFailed(lines_);
  if (failures.empty()) return;
  throw core::Error(
      core::Kind::failed_check, "the restart is not proven: " + failures,
      "Nothing is left stopped. Mend what the lines say, or put back what was changed before the "
      "restart (`sotctl run list`, `sotctl run undo ID`).");
}

core::Json ServicesProven::results() const { return {{"proof", checks::toJson(lines_)}}; }

std::vector<std::string> ServicesProven::manual() const {
  return {"sotctl service status", "sotctl service logs --since-restart"};
}

}  // namespace service
