#include <fmt/format.h>

#include "commands/operation.hpp"

namespace commands {

core::Json runDocument(const step::Run& run) {
  core::Json document{{"run", run.plan.id},
                      {"verb", run.plan.verb},
                      {"instance", run.plan.instance},
                      {"title", run.plan.title},
                      {"outcome", step::outcomeName(run.outcome)},
                      {"person", run.person},
                      {"host", run.host},
                      {"reason", run.reason},
                      {"task", run.task},
                      {"started", core::formatUtc(run.started)}};
  document["ended"] = run.ended ? core::Json(core::formatUtc(*run.ended)) : core::Json(nullptr);
  document["undoes"] = run.plan.undoes.empty() ? core::Json(nullptr) : core::Json(run.plan.undoes);
  document["failure"] = run.failure.empty() ? core::Json(nullptr) : core::Json(run.failure);
  document["facts"] = run.plan.facts;
  document["results"] = run.results;
  return document;
}

std::string runLine(const step::Run& run) {
  std::string line = fmt::format("Run {}: {}", run.plan.id, step::outcomeName(run.outcome));
  if (run.ended) line += fmt::format(" after {}", core::formatDuration(*run.ended - run.started));
  return line;
}

}  // namespace commands
