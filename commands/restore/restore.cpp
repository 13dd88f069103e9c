#include "commands/restore/restore.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/examined.hpp"
#include "lib/restore/files.hpp"

namespace commands {

Noun restoreNoun() {
  return {"restore",
          "put a backup set in the place of the live database, and take that back",
          {restorePlan(), restoreRun(), restoreUndo(), restoreFinish()}};
}

step::Run newestRestore(Operation& operation) {
  for (const step::StoredRun& each : operation.store().list()) {
    if (!each.run || each.run->plan.instance != operation.instance().name) continue;
    const bool swaps =
        each.run->plan.verb == "restore run" || each.run->plan.verb == "restore undo";
    if (swaps && each.run->outcome == step::RunOutcome::done) return *each.run;
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("no finished restore of instance {}", operation.instance().name),
                    "`sotctl run list` shows the runs of this host.");
}

SwappedPair swappedPair(const step::Run& run) {
  SwappedPair pair;
  step::forEachStep(run.plan.steps, [&](const step::Path& path, const step::Spec& spec) {
    if (spec.kind != "database.swapped") return;
    const core::Json& before = run.step(path).before;
    pair.live = spec.arguments.at("name").get<std::string>();
    pair.kept = spec.arguments.at("kept").get<std::string>();
    pair.live_oid = before.value("incoming_oid", std::int64_t{0});
    pair.kept_oid = before.value("live_oid", std::int64_t{0});
  });
  return pair;
}

Report swapReport(const step::Run& run) {
  Report report;
  const SwappedPair pair = swappedPair(run);
  const core::Json downtime = run.results.value("downtime_ms", core::Json(nullptr));
  report.document["kept_database"] =
      pair.kept.empty() ? core::Json(nullptr) : core::Json(pair.kept);
  report.text = runLine(run) + "\n";
  if (downtime.is_number()) {
    report.text += fmt::format("Downtime, seen from outside: {}\n",
                               core::formatDuration(core::Duration(
                                   static_cast<std::int64_t>(downtime.get<double>() * 1000))));
  }
  if (run.results.contains("healthy") && !run.results.at("healthy").get<bool>()) {
    report.text += "The instance does not serve; it did not before either.\n";
  }
  if (!pair.kept.empty()) {
    report.text +=
        fmt::format("The database from before is kept as {} (sessions are kept out).\n", pair.kept);
  }
  const std::vector<std::string> files = restore::keptFiles(run);
  report.document["kept_files"] = files;
  for (const std::string& path : files) {
    report.text += fmt::format("Files from before are kept as {}\n", core::printable(path));
  }
  if (!pair.kept.empty() || !files.empty()) {
    report.text += fmt::format(
        "{}: sotctl restore undo    Drop what is kept, for good: sotctl restore finish\n",
        run.plan.verb == "restore run" ? "Undo" : "Back again");
  }
  if (const auto saved = run.plan.facts.find("saved"); saved != run.plan.facts.end()) {
    report.text +=
        fmt::format("The database from before is set {} (pinned): sotctl restore run {}\n",
                    saved->get<std::string>(), saved->get<std::string>());
  }
  report.checks = restore::aftermath(run);
  return report;
}

}  // namespace commands
