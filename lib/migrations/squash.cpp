#include "lib/migrations/squash.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/hazard.hpp"
#include "lib/migrations/load.hpp"

namespace migrations {
namespace {

/// The number in front of a name, or the name where it has none or another one begins so too.
std::string shortName(const std::vector<Key>& known, const Key& key) {
  const auto end = key.name.find('_');
  const std::string prefix = key.name.substr(0, end);
  if (!numberOf(prefix) || end == std::string::npos) return key.name;
  const auto same = std::count_if(known.begin(), known.end(), [&](const Key& other) {
    return other.app == key.app && other.name.starts_with(prefix);
  });
  return same == 1 ? prefix : key.name;
}

void membersThatSquash(const Code& code, const SquashGroup& group, std::vector<std::string>& to) {
  for (const Key& key : group.members) {
    const Migration* one = code.find(key);
    if (one != nullptr && !one->replaces.empty()) {
      to.push_back(key.inWords() + " is itself a squash: only Django 6 and later can squash it");
    }
  }
}

void membersThatAreSpecial(const std::vector<Migration>& members, std::vector<std::string>& to) {
  for (const Migration& one : members) {
    if (!one.atomic) {
      to.push_back(one.key.inWords() + " is not atomic: the squash file has to be that too");
    }
    for (const char* kind : {"SeparateDatabaseAndState", "RunSQL"}) {
      const bool has = std::any_of(one.operations.begin(), one.operations.end(),
                                   [&](const Operation& operation) {
                                     return operation.kind == kind && !operation.elidable;
                                   });
      if (has) {
        to.push_back(fmt::format("{} has {}, which stops the optimiser and can't be moved",
                                 one.key.inWords(), kind));
      }
    }
    for (const Doubt& doubt : one.doubts) to.push_back(doubt.inWords());
  }
}

/// Migrations outside that name a member by its own name: it has to stay resolvable.
void namesUsedElsewhere(const Code& code, const SquashGroup& group, std::vector<std::string>& to) {
  for (const Migration& one : code.migrations) {
    const App* app = code.app(one.key.app);
    if (one.key.app == group.app || !one.replaces.empty()) continue;
    for (const Key& needed : one.dependencies) {
      if (std::find(group.members.begin(), group.members.end(), needed) == group.members.end()) {
        continue;
      }
      const bool plugin = app != nullptr && !app->core;
      if (plugin || needed != group.members.back()) {
        to.push_back(fmt::format("{}{} depends on {} by name", plugin ? "plugin's " : "",
                                 one.key.inWords(), needed.inWords()));
      }
    }
  }
}

}  // namespace

std::string SquashGroup::name() const {
  return members.front().name + "_squashed_" + members.back().name;
}

std::vector<std::string> SquashGroup::call() const {
  return {"manage.py", "squashmigrations", app, start, end};
}

std::vector<SquashGroup> squashRuns(const std::vector<PlanItem>& plan,
                                    const std::set<std::string>& apps, bool nested) {
  std::vector<SquashGroup> runs;
  bool open = false;
  for (const PlanItem& item : plan) {
    if (!apps.contains(item.key.app)) {
      // Outside the procedure: its line is taken out, so that it separates nothing.
      open = open && !item.after_gap;
      continue;
    }
    if (item.squash && !nested) {
      open = false;
      continue;
    }
    if (!open || item.after_gap || runs.back().app != item.key.app) {
      runs.push_back({item.key.app, {}, {}, {}});
    }
    runs.back().members.push_back(item.key);
    open = true;
  }
  std::erase_if(runs, [](const SquashGroup& run) { return run.members.size() < 2; });
  return runs;
}

std::vector<PlanItem> planOf(const Code& code) {
  const Loaded loaded = load(code, {}, rulesOf(code.django));
  for (const Problem& problem : loaded.problems) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{} has no plan: {}", code.root, inWords(problem)));
  }
  std::vector<PlanItem> plan;
  for (const Key& key : loaded.plan) {
    const Migration* one = code.find(key);
    plan.push_back({key, one != nullptr && !one->replaces.empty(), false});
  }
  return plan;
}

void keepReleased(std::vector<PlanItem>& plan, const std::set<Key>& released) {
  std::erase_if(plan, [&](const PlanItem& item) { return !released.contains(item.key); });
}

std::vector<Key> withoutLatestSquashes(Code& code) {
  std::map<std::string, const Migration*> latest;
  for (const Migration& one : code.migrations) {
    const bool whole = std::all_of(one.replaces.begin(), one.replaces.end(),
                                   [&](const Key& key) { return code.find(key) != nullptr; });
    if (one.replaces.empty() || !whole) continue;
    const Migration*& known = latest[one.key.app];
    if (known == nullptr || known->replaces.back() < one.replaces.back()) known = &one;
  }
  std::vector<Key> gone;
  std::map<Key, Key> stands_for;
  for (const auto& [app, squash] : latest) {
    gone.push_back(squash->key);
    stands_for[squash->key] = squash->replaces.back();
  }
  std::erase_if(code.migrations,
                [&](const Migration& one) { return stands_for.contains(one.key); });
  for (Migration& one : code.migrations) {
    for (Key& key : one.dependencies) {
      if (const auto found = stands_for.find(key); found != stands_for.end()) key = found->second;
    }
  }
  return gone;
}

void nameEnds(const std::vector<Key>& known, std::vector<SquashGroup>& groups) {
  for (SquashGroup& group : groups) {
    group.start = shortName(known, group.members.front());
    group.end = shortName(known, group.members.back());
  }
}

void judgeGroups(const Code& code, std::vector<SquashGroup>& groups) {
  std::vector<Key> known;
  for (const Migration& one : code.migrations) known.push_back(one.key);
  nameEnds(known, groups);
  for (SquashGroup& group : groups) {
    if (group.members.size() < 2) continue;
    std::vector<Migration> members;
    for (const Key& key : group.members) {
      if (const Migration* one = code.find(key)) members.push_back(*one);
    }
    membersThatSquash(code, group, group.hazards);
    if (const auto found = dataThenSchema(members, true)) {
      group.hazards.push_back(
          fmt::format("{} and then {} of {} in one transaction: it must never run on live data",
                      core::plural(found->data_operations, "data operation", "data operations"),
                      found->operation, found->model));
    }
    membersThatAreSpecial(members, group.hazards);
    namesUsedElsewhere(code, group, group.hazards);
  }
}

}  // namespace migrations
