#include "lib/checks/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lib/core/text.hpp"

namespace checks {
namespace {

using core::Outcome;

std::vector<std::string> neededBy(const Item& item) {
  std::vector<std::string> all = item.needs;
  if (!item.only_on.empty()) all.push_back(item.only_on);
  return all;
}

/// Ids that are left over when everything that can be asked has been: they wait for each other.
std::vector<std::string> circle(const std::vector<Item>& items) {
  std::set<std::string> done;
  std::set<std::string> left;
  for (const Item& item : items) left.insert(item.id);
  const std::set<std::string> all = left;
  for (bool moved = true; moved;) {
    moved = false;
    for (const Item& item : items) {
      if (!left.contains(item.id)) continue;
      const auto needed = neededBy(item);
      const bool can = std::all_of(needed.begin(), needed.end(), [&](const std::string& id) {
        return done.contains(id) || !all.contains(id);
      });
      if (!can) continue;
      done.insert(item.id);
      left.erase(item.id);
      moved = true;
    }
  }
  return {left.begin(), left.end()};
}

}  // namespace

std::vector<std::string> wrongOrder(const std::vector<Item>& items) {
  std::vector<std::string> wrong;
  std::vector<std::string> ids;
  for (const Item& item : items) {
    if (std::find(ids.begin(), ids.end(), item.id) != ids.end()) {
      wrong.push_back(fmt::format("{}: two items are called {}", item.place, item.id));
    }
    ids.push_back(item.id);
  }
  for (const Item& item : items) {
    for (const std::string& id : neededBy(item)) {
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
      const auto near = core::nearest(id, ids);
      wrong.push_back(fmt::format("{}: {} needs {}, which is not in the list{}", item.place,
                                  item.id, core::printable(id),
                                  near.empty() ? "" : "; did you mean " + near.front() + "?"));
    }
  }
  const auto waiting = circle(items);
  if (!waiting.empty()) {
    wrong.push_back("these need each other in a circle: " + core::join(waiting, ", "));
  }
  return wrong;
}

Schedule::Schedule(const std::vector<Item>& items, const std::function<bool(const Item&)>& probes)
    : items_(items), states_(items.size(), State::waiting), results_(items.size()) {
  for (const Item& item : items) probes_.push_back(probes(item));
}

/// What only looks must not see the traces of what touches: neither is begun beside the other.
bool Schedule::disturbed(std::size_t at) const {
  for (std::size_t other = 0; other < items_.size(); ++other) {
    if (probes_[other] == probes_[at] || items_[other].type == Item::Type::manual) continue;
    if (states_[other] == State::taken || (probes_[at] && ready(other))) return true;
  }
  return false;
}

const Finished* Schedule::of(const std::string& id) const {
  for (std::size_t at = 0; at < items_.size(); ++at) {
    if (items_[at].id == id) return results_[at] ? &*results_[at] : nullptr;
  }
  return nullptr;
}

std::optional<Schedule::Barred> Schedule::takeBarred() {
  for (std::size_t at = 0; at < items_.size(); ++at) {
    if (states_[at] != State::waiting) continue;
    const Item& item = items_[at];
    if (const Finished* role = item.only_on.empty() ? nullptr : of(item.only_on)) {
      if (role->result.outcome == Outcome::fail || role->result.outcome == Outcome::skip) {
        states_[at] = State::taken;
        return Barred{at, Outcome::pass, "passive, not expected here: " + role->result.found};
      }
      if (role->result.outcome == Outcome::unknown) {
        states_[at] = State::taken;
        return Barred{at, Outcome::unknown,
                      "whether this is the active host is not known: " + role->result.found};
      }
    }
    for (const std::string& id : item.needs) {
      const Finished* ground = of(id);
      if (ground == nullptr) continue;
      const Outcome outcome = ground->result.outcome;
      if (outcome == Outcome::pass || outcome == Outcome::warn) continue;
      states_[at] = State::taken;
      const char* how = outcome == Outcome::fail      ? "failed"
                        : outcome == Outcome::unknown ? "could not be determined"
                                                      : "was skipped";
      return Barred{at, Outcome::skip, fmt::format("because {} {}", id, how)};
    }
  }
  return std::nullopt;
}

bool Schedule::ready(std::size_t at) const {
  const auto needed = neededBy(items_[at]);
  return states_[at] == State::waiting &&
         std::all_of(needed.begin(), needed.end(),
                     [&](const std::string& id) { return of(id) != nullptr; });
}

std::optional<std::size_t> Schedule::take(bool full) {
  std::optional<std::size_t> person;
  for (std::size_t at = 0; at < items_.size(); ++at) {
    if (!ready(at)) continue;
    if (items_[at].type == Item::Type::manual) {
      if (!person) person = at;
      continue;
    }
    if (full || disturbed(at)) continue;
    states_[at] = State::taken;
    return at;
  }
  // Whoever answers sees all that can be known by then.
  const bool machines = std::any_of(states_.begin(), states_.end(),
                                    [](State state) { return state == State::taken; });
  if (!person || machines) return std::nullopt;
  states_[*person] = State::taken;
  return person;
}

void Schedule::end(std::size_t at, Finished finished) {
  states_[at] = State::ended;
  results_[at] = std::move(finished);
}

std::vector<Finished> Schedule::results() const {
  std::vector<Finished> all;
  for (const auto& one : results_) {
    if (one) all.push_back(*one);
  }
  return all;
}

}  // namespace checks
