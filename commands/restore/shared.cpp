#include "commands/restore/shared.hpp"

#include <algorithm>
#include <set>

#include "commands/restore/restore.hpp"
#include "lib/restore/files.hpp"

namespace commands {
namespace {

/// The run itself, the one that it takes back, the one which that took back, and so on.
std::vector<std::string> takenBackBy(const std::vector<step::Run>& runs, const step::Run& newest) {
  std::vector<std::string> chain{newest.plan.id};
  std::string next = newest.plan.undoes;
  for (const step::Run& run : runs) {  // newest first, as the chain goes
    if (next.empty() || run.plan.id != next) continue;
    chain.push_back(next);
    next = run.plan.undoes;
  }
  return chain;
}

}  // namespace

std::vector<Kept> keptBy(const std::vector<step::Run>& runs, const std::vector<Beside>& there,
                         const std::function<bool(const std::string&)>& exists) {
  std::vector<Kept> all;
  std::set<std::string> seen;  // what a newer run took back is that one's matter
  for (const step::Run& run : runs) {
    if (run.outcome != step::RunOutcome::done || seen.contains(run.plan.id)) continue;
    Kept kept{run, takenBackBy(runs, run)};
    seen.insert(kept.runs.begin(), kept.runs.end());
    const SwappedPair pair = swappedPair(run);
    const auto aside = std::find_if(there.begin(), there.end(), [&](const Beside& each) {
      return each.name == pair.kept && each.oid == pair.kept_oid;
    });
    if (aside != there.end()) kept.database = *aside;
    for (const std::string& path : restore::keptFiles(run)) {
      if (exists(path)) kept.files.push_back(path);
    }
    if (kept.database || !kept.files.empty()) all.push_back(std::move(kept));
  }
  return all;
}

}  // namespace commands
