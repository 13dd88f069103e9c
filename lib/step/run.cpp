#include "lib/step/run.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"

namespace step {
namespace {

constexpr int kFormat = 1;

void readHeader(const core::Json& record, Run& run) {
  const int format = record.value("format", 0);
  if (format != kFormat) {
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("the journal has format {}, this version knows {}", format, kFormat),
        "Use the version of sotctl that wrote it.");
  }
  run.plan = planFromJson(record.at("plan"));
  run.version = record.at("version").get<std::string>();
  run.reason = record.value("reason", std::string());
  run.task = record.value("task", std::string());
  run.person = record.at("person").get<std::string>();
  run.host = record.at("host").get<std::string>();
  run.started = core::parseUtc(record.at("time").get<std::string>()).value_or(core::Time{});
}

std::optional<Progressed> progressedBy(const std::string& type) {
  if (type == "satisfied") return Progressed::satisfied;
  if (type == "started") return Progressed::started;
  if (type == "done") return Progressed::done;
  if (type == "opening" || type == "opened") return Progressed::opened;
  if (type == "closed") return Progressed::closed;
  return std::nullopt;
}

void readStep(const core::Json& record, Progressed progressed, Run& run) {
  const bool abort = record.value("abort", false);
  StepState& state = (abort ? run.abort_steps : run.steps)[record.at("step").get<std::string>()];
  const bool ours = state.progressed == Progressed::started || state.progressed == Progressed::done;
  if (progressed == Progressed::satisfied && ours) {
    state.progressed = Progressed::done;  // seen to hold after a resume: still our work
  } else {
    state.progressed = progressed;
  }
  if (record.contains("before")) state.before = record.at("before");
  if (record.contains("found")) state.found = record.at("found").get<std::string>();
}

void readEnd(const core::Json& record, Run& run) {
  const std::string outcome = record.at("outcome").get<std::string>();
  run.outcome = outcome == "done"      ? RunOutcome::done
                : outcome == "aborted" ? RunOutcome::aborted
                                       : RunOutcome::failed_unchanged;
  run.ended = core::parseUtc(record.at("time").get<std::string>());
}

void readRecord(const core::Json& record, Run& run) {
  const std::string type = record.at("type").get<std::string>();
  if (const auto progressed = progressedBy(type)) {
    readStep(record, *progressed, run);
  } else if (type == "attempt") {
    run.pid = record.at("pid").get<int>();
    run.host = record.at("host").get<std::string>();
    run.aborting = run.aborting || record.at("mode") == "abort";
  } else if (type == "taken") {
    run.person = record.at("person").get<std::string>();
    run.host = record.at("host").get<std::string>();
  } else if (type == "failed") {
    run.failure = record.at("message").get<std::string>();
  } else if (type == "note") {
    run.notes.push_back(fmt::format("{} {}: {}", record.at("time").get<std::string>(),
                                    record.at("person").get<std::string>(),
                                    record.at("text").get<std::string>()));
  } else if (type == "result") {
    run.results.update(record.at("values"));
  } else if (type == "end") {
    readEnd(record, run);
  }
}

}  // namespace

const char* outcomeName(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::unfinished:
      return "unfinished";
    case RunOutcome::done:
      return "done";
    case RunOutcome::aborted:
      return "aborted";
    case RunOutcome::failed_unchanged:
      return "failed, nothing changed";
  }
  return "unfinished";
}

const StepState& Run::step(const Path& path) const {
  static const StepState kUntouched;
  const auto found = steps.find(path);
  return found == steps.end() ? kUntouched : found->second;
}

bool Run::touched() const {
  for (const auto& [path, state] : steps) {
    if (state.progressed != Progressed::untouched && state.progressed != Progressed::satisfied) {
      return true;
    }
  }
  return false;
}

Run readRun(const std::vector<core::Json>& records) {
  if (records.empty() || records.front().at("type") != "run") {
    throw core::Error(core::Kind::corrupt, "the journal does not begin with its plan",
                      "The run ended before its first step: nothing was changed by it.");
  }
  try {
    Run run;
    readHeader(records.front(), run);
    bool begun = false;
    for (const core::Json& record : records) {
      begun = begun || record.at("type") == "attempt";
      readRecord(record, run);
    }
    // Planned, and died before its first step: there is nothing to continue or to take back.
    if (!begun) run.outcome = RunOutcome::failed_unchanged;
    return run;
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("a journal record has the wrong shape: {}", error.what()));
  }
}

}  // namespace step
