#include <algorithm>
#include <map>

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

bool covers(const Progress& a, const Progress& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] < b[i]) return false;
  }
  return true;
}

/// Breadth first over orders, one group at a time. A group of two and more goes as far as possible
/// within its application: that leaves less to those after it and never makes a file of them. Where
/// one migration alone may save a file, that is tried as well. So a state is only the progress of
/// all and its files; one that another one of the same number of groups covers is dropped.
class Search {
 public:
  Search(const Code& code, const std::vector<PlanItem>& plan, bool nested) : nested_(nested) {
    cut(plan);
    connect(code);
  }

  MinimalSquash run() {
    states_.push_back({Progress(chains_.size(), 0), 0, 0, 0});
    MinimalSquash result;
    std::vector<std::size_t> level{0};
    while (!level.empty()) {
      for (const std::size_t at : level) {  // those of fewer files first
        if (finished(states_[at].progress)) return told(at);
      }
      level = next(level);
      if (states_.size() > kMostStates) {
        result.proven = false;
        break;
      }
    }
    result.proven = false;
    return result;
  }

 private:
  static constexpr std::size_t kMostStates = 400000;

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
    std::vector<std::size_t> found;
    for (const std::size_t at : level) {
      for (std::size_t app = 0; app < chains_.size(); ++app) {
        const std::size_t from = states_[at].progress[app];
        const std::size_t to = reach(states_[at].progress, app);
        if (to > from) add(found, at, app, to);
        if (to > from + 1) add(found, at, app, from + 1);
      }
    }
    // Those that need fewer files first.
    std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
      return states_[a].files < states_[b].files;
    });
    return found;
  }

  /// The state after a group of `app` up to `to`, unless one of the level is as good.
  void add(std::vector<std::size_t>& found, std::size_t at, std::size_t app, std::size_t to) {
    const std::size_t from = states_[at].progress[app];
    State state{states_[at].progress, at, app, states_[at].files + (to - from > 1 ? 1 : 0)};
    state.progress[app] = to;
    const auto better = [&](std::size_t other) {
      return states_[other].files <= state.files && covers(states_[other].progress, state.progress);
    };
    if (std::any_of(found.begin(), found.end(), better)) return;
    std::erase_if(found, [&](std::size_t other) {
      return state.files <= states_[other].files && covers(state.progress, states_[other].progress);
    });
    found.push_back(states_.size());
    states_.push_back(std::move(state));
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
  std::vector<Chain> chains_;
  std::map<Key, std::pair<std::size_t, std::size_t>> place_;
  std::vector<State> states_;
};

}  // namespace

MinimalSquash minimalSquash(const Code& code, const std::vector<PlanItem>& plan, bool nested) {
  return Search(code, plan, nested).run();
}

}  // namespace migrations
