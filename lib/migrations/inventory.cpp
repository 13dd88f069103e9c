#include "lib/migrations/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace migrations {
namespace {

std::string some(const std::vector<Key>& keys) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, keys.size()); ++i) {
    names.push_back(keys[i].name);
  }
  return core::join(names, ", ") + (keys.size() > 3 ? ", …" : "");
}

class Taker {
 public:
  Taker(const Start& start, const Code& code)
      : start_(start), code_(code), loaded_(load(code, start.rows, rulesOf(code.django))) {}

  Inventory take() {
    inventory_.database = start_.name;
    inventory_.code = code_.version.empty() ? code_.root : code_.version;
    inventory_.release = releaseOfRows(Facts::of(code_.product), start_.rows);
    inventory_.doubts = code_.doubts;
    inventory_.fit = judgeFit(applied(), code_);
    squashes();
    for (const Key& key : loaded_.plan) ofPlan(key);
    for (const Migration& one : code_.migrations) beside(one.key);
    rows();
    return std::move(inventory_);
  }

 private:
  Applied applied() const {
    if (start_.applied) return *start_.applied;
    Applied all;
    all.from = start_.name;
    for (const Key& key : start_.rows) all.rows.push_back({key});
    return all;
  }

  std::string when(const Key& key) const {
    const AppliedRow* row = start_.applied ? start_.applied->find(key) : nullptr;
    return row == nullptr ? "" : row->when;
  }

  void squashes() {
    for (const Squash& squash : loaded_.squashes) {
      by_key_.emplace(squash.key, &squash);
      const Migration* one = code_.find(squash.key);
      for (const Key& key : one->replaces) replaced_by_.emplace(key, squash.key);
    }
  }

  void add(const Key& key, State state, std::string remark = {}) {
    seen_.insert(key);
    inventory_.lines.push_back({key, state, when(key), std::move(remark)});
  }

  void ofPlan(const Key& key) {
    const auto squash = by_key_.find(key);
    if (squash != by_key_.end() && squash->second->state == SquashState::all_applied) {
      add(key, State::squashed,
          squash->second->recorded
              ? ""
              : "all that it replaces is applied; the next migrate records it");
    } else if (loaded_.applied.contains(key)) {
      add(key, State::applied);
    } else {
      add(key, State::unapplied,
          squash == by_key_.end() ? ""
                                  : fmt::format("squash of {}", squash->second->missing.size()));
    }
  }

  /// Files that are not in the graph: squashes that can't be used, and what squashes stand for.
  void beside(const Key& key) {
    if (seen_.contains(key)) return;
    const auto squash = by_key_.find(key);
    if (squash != by_key_.end() && squash->second->state == SquashState::partly_applied) {
      add(key, State::partly_squashed,
          fmt::format("{} of what it replaces applied, {} not: {}", squash->second->applied.size(),
                      squash->second->missing.size(), some(squash->second->missing)));
      return;
    }
    const auto by = replaced_by_.find(key);
    add(key, State::replaced, by == replaced_by_.end() ? "" : "by " + by->second.name);
  }

  void rows() {
    for (const Key& key : inventory_.fit.newer) add(key, State::newer, born(key));
    for (const auto& [row, same] : inventory_.fit.renumbered) {
      add(row, State::renumbered, "the code has it as " + same.name);
    }
    for (const Key& key : inventory_.fit.former) add(key, State::former, died(key));
    for (const Key& key : inventory_.fit.strangers) add(key, State::stranger);
  }

  std::string born(const Key& key) const {
    const Facts& facts = Facts::of(code_.product);
    const auto life = facts.lifetime(key);
    return life ? "came with " + facts.releases()[life->first].number : "";
  }
  std::string died(const Key& key) const {
    const Facts& facts = Facts::of(code_.product);
    const auto life = facts.lifetime(key);
    return life ? "last in " + facts.releases()[life->second].number : "";
  }

  const Start& start_;
  const Code& code_;
  Loaded loaded_;
  std::map<Key, const Squash*> by_key_;
  std::map<Key, Key> replaced_by_;
  std::set<Key> seen_;
  Inventory inventory_;
};

}  // namespace

const char* stateName(State state) {
  switch (state) {
    case State::applied:
      return "applied";
    case State::unapplied:
      return "unapplied";
    case State::squashed:
      return "squashed";
    case State::partly_squashed:
      return "partly squashed";
    case State::replaced:
      return "replaced";
    case State::newer:
      return "newer";
    case State::former:
      return "former";
    case State::stranger:
      return "stranger";
    case State::renumbered:
      return "renumbered";
  }
  return "";
}

std::map<State, std::size_t> Inventory::counts() const {
  std::map<State, std::size_t> all;
  for (const InventoryLine& line : lines) ++all[line.state];
  return all;
}

const InventoryLine* Inventory::find(const Key& key) const {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const InventoryLine& line) { return line.key == key; });
  return found == lines.end() ? nullptr : &*found;
}

Inventory takeInventory(const Start& start, const Code& code) { return Taker(start, code).take(); }

}  // namespace migrations
