#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"
#include "lib/migrations/hazard.hpp"
#include "lib/migrations/path.hpp"

namespace migrations {
namespace {

/// Whether the squash's application has something in the database already.
bool hasApp(const std::set<Key>& rows, const std::string& app) {
  const auto at = rows.lower_bound(Key{app, ""});
  return at != rows.end() && at->app == app;
}

void liveSquashes(const std::set<Key>& rows, const Code& code, const Loaded& loaded, Hop& hop) {
  for (const Key& key : loaded.pending) {
    const Migration* squash = code.find(key);
    if (squash == nullptr || squash->replaces.size() < 2 || !hasApp(rows, key.app)) continue;
    const auto found = dataThenSchema(*squash);
    if (!found) continue;
    hop.hazards.push_back(
        {Hazard::Kind::squash_on_live_data, key,
         fmt::format("{} is a squash of {} migrations and would run as one transaction on live "
                     "data: {} and then {} of {}, which PostgreSQL refuses with \"cannot ALTER "
                     "TABLE because it has pending trigger events\"",
                     key.inWords(), squash->replaces.size(),
                     core::plural(found->data_operations, "data operation", "data operations"),
                     found->operation, found->model)});
  }
}

void requirements(const Start& start, const Code& code, Hop& hop) {
  const auto needed = requirementsOf(code.product, code.version);
  if (!needed) return;
  hop.needs = needed->inWords();
  const std::string lacking = unmet(*needed, start.surroundings);
  if (lacking.empty()) return;
  hop.hazards.push_back(
      {Hazard::Kind::requirement, {}, fmt::format("{}: {}", code.version, lacking)});
}

std::string nameOf(const Code& code) { return code.version.empty() ? code.root : code.version; }

}  // namespace

const char* hazardName(Hazard::Kind kind) {
  switch (kind) {
    case Hazard::Kind::squash_on_live_data:
      return "squash_on_live_data";
    case Hazard::Kind::runs_twice:
      return "runs_twice";
    case Hazard::Kind::left_over_name:
      return "left_over_name";
    case Hazard::Kind::requirement:
      return "requirement";
  }
  return "";
}

std::set<Key> rowsOf(const Code& code) {
  std::set<Key> rows;
  for (const Migration& one : code.migrations) {
    rows.insert(one.key);
    rows.insert(one.replaces.begin(), one.replaces.end());
  }
  return rows;
}

std::set<Key> rowsAfter(const std::set<Key>& rows, const Code& code, const Loaded& loaded) {
  std::set<Key> after = rows;
  for (const Key& key : loaded.pending) {
    after.insert(key);
    const Migration* one = code.find(key);
    if (one != nullptr) after.insert(one->replaces.begin(), one->replaces.end());
  }
  for (const Squash& squash : loaded.squashes) {
    if (squash.state == SquashState::all_applied) after.insert(squash.key);
  }
  return after;
}

Hop judgeHop(const Start& start, const Code& code) {
  Hop hop;
  hop.from = start.name;
  hop.to = nameOf(code);
  Applied applied;
  if (start.applied) {
    applied = *start.applied;
  } else {
    applied.from = start.name;
    for (const Key& key : start.rows) applied.rows.push_back({key});
  }
  const FitVerdict verdict = judgeFit(applied, code);
  hop.pending = verdict.pending;
  hop.problems = verdict.problems;
  hop.newer = verdict.newer;
  hop.reasons = verdict.reasons;
  for (const auto& [row, same] : verdict.renumbered) {
    hop.hazards.push_back({Hazard::Kind::runs_twice, same,
                           fmt::format("{} is applied under the name {} and would run twice",
                                       same.inWords(), row.inWords())});
  }
  liveSquashes(start.rows, code, load(code, start.rows, rulesOf(code.django)), hop);
  requirements(start, code, hop);
  hop.works = hop.problems.empty() && hop.hazards.empty() && hop.newer.empty();
  return hop;
}

}  // namespace migrations
