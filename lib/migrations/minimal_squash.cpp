#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>

#include "lib/migrations/load.hpp"
#include "lib/migrations/squash.hpp"

namespace migrations {
namespace {

/// An application's migrations in their order, and what each of them needs of the others: for each
/// other application how many of its migrations.
struct Chain {
  std::string app;
  std::vector<Key> keys;
  std::vector<char> squash;
  std::vector<std::map<std::size_t, std::size_t>> needs;
};

/// How far each application has come.
using Progress = std::vector<std::size_t>;

struct State {
  Progress progress;
  std::size_t before = 0;  // place of the state that it came from
  std::size_t app = 0;     // what was run to come here
  std::size_t files = 0;   // groups of two and more so far
};

/// The states of one number of groups that no other one of them covers. Side by side in memory, as
/// each new one is compared with all.
class Level {
 public:
  explicit Level(std::size_t apps) : apps_(apps) {}

  /// False if one that is there has come as far with as few files.
  bool take(const Progress& progress, std::size_t files, std::size_t state) {
    const auto far = static_cast<std::uint32_t>(
        std::accumulate(progress.begin(), progress.end(), std::size_t{0}));
    std::vector<std::uint32_t> row(progress.begin(), progress.end());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (far_[i] >= far && files_[i] <= files && covers(at(i), row.data())) return false;
    }
    for (std::size_t i = 0; i < states_.size();) {
      if (far_[i] <= far && files_[i] >= files && covers(row.data(), at(i))) {
        drop(i);
      } else {
        ++i;
      }
    }
    rows_.insert(rows_.end(), row.begin(), row.end());
    far_.push_back(far);
    files_.push_back(static_cast<std::uint32_t>(files));
    states_.push_back(state);
    return true;
  }

  /// Those of fewer files first.
  std::vector<std::size_t> states() const {
    std::vector<std::size_t> order(states_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(files_[a], states_[a]) < std::pair(files_[b], states_[b]);
    });
    for (std::size_t& each : order) each = states_[each];
    return order;
  }

 private:
  const std::uint32_t* at(std::size_t i) const { return rows_.data() + i * apps_; }

  bool covers(const std::uint32_t* a, const std::uint32_t* b) const {
    for (std::size_t i = 0; i < apps_; ++i) {
      if (a[i] < b[i]) return false;
    }
    return true;
  }

  void drop(std::size_t i) {
    const std::size_t last = states_.size() - 1;
    std::copy_n(at(last), apps_, rows_.begin() + static_cast<std::ptrdiff_t>(i * apps_));
    far_[i] = far_[last];
    files_[i] = files_[last];
    states_[i] = states_[last];
    rows_.resize(last * apps_);
    far_.pop_back();
    files_.pop_back();
    states_.pop_back();
  }

  std::size_t apps_;
  std::vector<std::uint32_t> rows_;  // how far each application has come, state after state
  std::vector<std::uint32_t> far_;   // sums of the rows
  std::vector<std::uint32_t> files_;
  std::vector<std::size_t> states_;
};

/// A split of an application's migrations that another one forces: between its first `after` ones
/// and number `before` (from 0) comes another group, unless `other` has come to `come` already.
struct Split {
  std::size_t after;
  std::size_t before;
  std::size_t other;
  std::size_t come;
};

/// What a second search has to beat: as few groups with fewer files.
struct Bound {
  std::size_t groups;
  std::size_t files;
};

/// Breadth first over orders, one group at a time. A group goes as far as possible within its
/// application: that leaves less to those after it. So a state is only the progress of all and its
/// files; one that another one of the same number of groups covers is dropped.
///
/// With a bound one migration alone is tried as well, since that may save a file, and a state that
/// can't come below the bound is dropped: each application that is not finished needs a group more
/// for each split that others force on it, and a file if the groups that are left over don't take
/// its migrations one by one.
class Search {
 public:
  Search(const Code& code, const std::vector<PlanItem>& plan, bool nested) : nested_(nested) {
    cut(plan);
    connect(code);
    findSplits(plan);
  }

  /// Nothing is found below the bound: no groups; `proven` tells whether all was looked at.
  MinimalSquash run(std::optional<Bound> bound = std::nullopt) {
    bound_ = bound;
    states_.clear();
    states_.push_back({Progress(chains_.size(), 0), 0, 0, 0});
    MinimalSquash result;
    std::vector<std::size_t> level{0};
    for (depth_ = 1; !level.empty(); ++depth_) {
      for (const std::size_t at : level) {  // those of fewer files first
        if (finished(states_[at].progress)) return told(at);
      }
      level = next(level);
      if (states_.size() > (bound ? kMostBounded : kMostStates)) {
        result.proven = false;
        break;
      }
    }
    if (!bound) result.proven = false;
    result.states = states_.size();
    return result;
  }

 private:
  static constexpr std::size_t kMostStates = 400000;
  static constexpr std::size_t kMostBounded = 300000;  // they are compared with each other

  void cut(const std::vector<PlanItem>& plan) {
    std::map<std::string, std::size_t> numbers;
    for (const PlanItem& item : plan) {
      const auto [at, fresh] = numbers.try_emplace(item.key.app, chains_.size());
      if (fresh) chains_.push_back({item.key.app, {}, {}, {}});
      Chain& chain = chains_[at->second];
      place_[item.key] = {at->second, chain.keys.size()};
      chain.keys.push_back(item.key);
      chain.squash.push_back(item.squash ? 1 : 0);
      chain.needs.emplace_back();
    }
  }

  /// A name that was replaced stands for the squash that replaces it.
  void connect(const Code& code) {
    std::map<Key, Key> replaced;
    for (const Migration& one : code.migrations) {
      if (!place_.contains(one.key)) continue;
      for (const Key& key : one.replaces) replaced[key] = one.key;
    }
    const auto placeOf = [&](Key key) {
      if (const auto found = replaced.find(key); found != replaced.end()) key = found->second;
      if (key.app == kSetting) {
        key = {code.user_model.substr(0, code.user_model.find('.')), std::string(kFirst)};
      }
      if (key.name == kFirst || key.name == kLatest) {
        for (std::size_t i = 0; i < chains_.size(); ++i) {
          if (chains_[i].app != key.app) continue;
          return std::optional(
              std::pair(i, key.name == kFirst ? std::size_t{0} : chains_[i].keys.size() - 1));
        }
      }
      const auto found = place_.find(key);
      return found == place_.end() ? std::nullopt : std::optional(found->second);
    };
    const auto need = [&](const Key& child, const Key& parent) {
      const auto a = placeOf(child);
      const auto b = placeOf(parent);
      if (!a || !b || a->first == b->first) return;
      std::size_t& count = chains_[a->first].needs[a->second][b->first];
      count = std::max(count, b->second + 1);
    };
    for (const Migration& one : code.migrations) {
      for (const Key& parent : one.dependencies) need(one.key, parent);
      for (const Key& child : one.run_before) need(child, one.key);
    }
  }

  /// By what each migration needs of the others, directly or not. The plan has what is needed
  /// first.
  void findSplits(const std::vector<PlanItem>& plan) {
    std::vector<std::vector<Progress>> needed(chains_.size());
    splits_.resize(chains_.size());
    for (const PlanItem& item : plan) {
      const auto [app, place] = place_.at(item.key);
      Progress all = place == 0 ? Progress(chains_.size(), 0) : needed[app].back();
      for (const auto& [other, count] : chains_[app].needs[place]) {
        all[other] = std::max(all[other], count);
        if (count > needed[other].size()) continue;  // a cycle: it does not end well anyhow
        const Progress& of_other = needed[other][count - 1];
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = std::max(all[i], of_other[i]);
      }
      all[app] = place;
      for (std::size_t other = 0; other < all.size(); ++other) {
        if (all[other] == 0 || other == app || all[other] > needed[other].size()) continue;
        const std::size_t after = needed[other][all[other] - 1][app];
        if (after > 0) splits_[app].push_back({after, place, other, all[other]});
      }
      needed[app].push_back(std::move(all));
    }
  }

  /// How many groups an application needs at least from here on.
  std::size_t groupsLeft(const Progress& progress, std::size_t app) const {
    if (progress[app] == chains_[app].keys.size()) return 0;
    std::size_t groups = 1;
    std::size_t last = progress[app];  // everything before it is in groups that were counted
    for (const Split& split : splits_[app]) {  // by `before`: the earliest end first
      if (split.after <= last || progress[split.other] >= split.come) continue;
      ++groups;
      last = split.before;
    }
    return groups;
  }

  bool finished(const Progress& progress) const {
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      if (progress[i] < chains_[i].keys.size()) return false;
    }
    return true;
  }

  bool ready(const Progress& progress, std::size_t app, std::size_t place) const {
    const auto& needs = chains_[app].needs[place];
    return std::all_of(needs.begin(), needs.end(),
                       [&](const auto& need) { return progress[need.first] >= need.second; });
  }

  /// As far as it goes; a squash makes a group of its own where it can't be squashed.
  std::size_t reach(const Progress& progress, std::size_t app) const {
    const Chain& chain = chains_[app];
    std::size_t to = progress[app];
    while (to < chain.keys.size() && ready(progress, app, to)) {
      const bool alone = chain.squash[to] != 0 && !nested_;
      if (alone && to > progress[app]) break;
      ++to;
      if (alone) break;
    }
    return to;
  }

  std::vector<std::size_t> next(const std::vector<std::size_t>& level) {
    Level found(chains_.size());
    for (const std::size_t at : level) {
      for (std::size_t app = 0; app < chains_.size(); ++app) {
        const std::size_t from = states_[at].progress[app];
        const std::size_t to = reach(states_[at].progress, app);
        if (to > from) add(found, at, app, to);
        if (bound_ && to > from + 1) add(found, at, app, from + 1);
      }
    }
    return found.states();
  }

  /// The state after a group of `app` up to `to`, unless one of the level is as good.
  void add(Level& found, std::size_t at, std::size_t app, std::size_t to) {
    const std::size_t from = states_[at].progress[app];
    State state{states_[at].progress, at, app, states_[at].files + (to - from > 1 ? 1 : 0)};
    state.progress[app] = to;
    if (bound_ && !canBeat(state)) return;
    if (found.take(state.progress, state.files, states_.size()))
      states_.push_back(std::move(state));
  }

  bool canBeat(const State& state) const {
    std::vector<std::size_t> left(chains_.size());
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = groupsLeft(state.progress, i);
    const std::size_t groups = std::accumulate(left.begin(), left.end(), depth_);
    if (groups > bound_->groups) return false;
    std::size_t files = state.files;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const std::size_t rest = chains_[i].keys.size() - state.progress[i];
      if (rest > left[i] + (bound_->groups - groups)) ++files;
    }
    return files < bound_->files;
  }

  MinimalSquash told(std::size_t at) const {
    MinimalSquash result;
    result.files = states_[at].files;
    result.states = states_.size();
    for (; at != 0; at = states_[at].before) {
      const State& state = states_[at];
      const Chain& chain = chains_[state.app];
      const auto from = states_[state.before].progress[state.app];
      SquashGroup group{chain.app, {}, {}, {}};
      group.members.assign(
          chain.keys.begin() + static_cast<std::ptrdiff_t>(from),
          chain.keys.begin() + static_cast<std::ptrdiff_t>(state.progress[state.app]));
      result.groups.push_back(std::move(group));
    }
    std::reverse(result.groups.begin(), result.groups.end());
    return result;
  }

  bool nested_;
  std::optional<Bound> bound_;
  std::size_t depth_ = 0;  // groups of the states that are being found
  std::vector<Chain> chains_;
  std::map<Key, std::pair<std::size_t, std::size_t>> place_;
  std::vector<std::vector<Split>> splits_;  // of each application, by `before`
  std::vector<State> states_;
};

}  // namespace

MinimalSquash minimalSquash(const Code& code, const std::vector<PlanItem>& plan, bool nested) {
  Search search(code, plan, nested);
  MinimalSquash best = search.run();
  while (best.proven) {
    MinimalSquash better = search.run(Bound{best.groups.size(), best.files});
    best.states += better.states;
    if (better.groups.empty()) {
      best.fewest_files = better.proven;
      break;
    }
    better.states = best.states;
    best = std::move(better);
  }
  return best;
}

}  // namespace migrations
