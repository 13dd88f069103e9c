#include "lib/migrations/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/migrations/hazard.hpp"
#include "lib/migrations/release_number.hpp"

namespace migrations {
namespace {

/// A release on the way, and how it was reached.
struct Reached {
  std::size_t release = 0;
  std::size_t before = 0;  // place in the list of those reached; itself for the start
  int stops = 0;
  Marks rows{};
};

/// What a hop needs to know of a code, as numbers.
struct Place {
  CodeNodes nodes;
  std::vector<const Node*> squashes;
  /// By id of the squash: whether it must not run on live data.
  std::vector<char> dangerous;
};

/// Breadth first over all releases, by number of stops. All in numbers of one Names, which holds
/// those of the releases and of the target.
class Search {
 public:
  Search(const Start& start, const Code& target)
      : target_(target), facts_(Facts::of(target.product)), names_(allNames(facts_, target)) {
    translate();
    Marks rows(static_cast<std::size_t>(names_.size()));
    for (const Key& key : start.rows) {
      const int id = names_.find(key);
      if (id >= 0) rows[static_cast<std::size_t>(id)] = 1;
    }
    reached_.push_back({0, 0, 0, std::move(rows)});
    findCandidates();
  }

  /// The releases to stop at, first to last; empty if there is no way.
  std::vector<std::size_t> run() {
    for (std::size_t from = 0, end = 1; from < end; from = end, end = reached_.size()) {
      for (std::size_t at = from; at < end; ++at) expand(at);
      // All of one more stop are known: the newest that reaches the target is taken.
      for (std::size_t at = end; at < reached_.size(); ++at) {
        if (hop(reached_[at].rows, goal_)) return wayTo(at);
      }
    }
    return {};
  }

 private:
  static Names allNames(const Facts& facts, const Code& target) {
    std::vector<Key> keys;
    for (int id = 0; id < facts.names().size(); ++id) keys.push_back(facts.names().key(id));
    const Names own = namesOf(target.migrations);
    for (int id = 0; id < own.size(); ++id) keys.push_back(own.key(id));
    return Names(std::move(keys));
  }

  /// Nodes of the facts, in numbers of names_.
  void translate() {
    std::vector<int> ids;
    for (int id = 0; id < facts_.names().size(); ++id) {
      ids.push_back(names_.find(facts_.names().key(id)));
    }
    const auto moved = [&](std::vector<int> list) {
      for (int& one : list) one = ids[static_cast<std::size_t>(one)];
      return list;
    };
    nodes_.reserve(facts_.definitionCount());
    for (std::size_t i = 0; i < facts_.definitionCount(); ++i) {
      const Node& node = facts_.node(static_cast<int>(i));
      nodes_.push_back({ids[static_cast<std::size_t>(node.id)], moved(node.dependencies),
                        moved(node.replaces), moved(node.run_before)});
    }
    for (const Migration& one : target_.migrations) goal_nodes_.push_back(nodeOf(names_, one));
    goal_.nodes = {&names_, {}, {}, -1, target_.environment, rulesOf(target_.django)};
    goal_.nodes.installed.resize(static_cast<std::size_t>(names_.appCount()));
    goal_.dangerous.resize(static_cast<std::size_t>(names_.size()));
    for (const App& app : target_.apps) {
      const int number = names_.findApp(app.label);
      if (number >= 0) goal_.nodes.installed[static_cast<std::size_t>(number)] = 1;
    }
    goal_.nodes.user_app =
        names_.findApp(target_.user_model.substr(0, target_.user_model.find('.')));
    for (std::size_t i = 0; i < goal_nodes_.size(); ++i) {
      const Node& node = goal_nodes_[i];
      goal_.nodes.nodes.push_back(&node);
      if (node.replaces.empty()) continue;
      goal_.squashes.push_back(&node);
      goal_.dangerous[static_cast<std::size_t>(node.id)] = isDangerous(target_.migrations[i]);
    }
  }

  static char isDangerous(const Migration& migration) {
    return migration.replaces.size() > 1 && dataThenSchema(migration) ? 1 : 0;
  }

  Place placeOf(std::size_t number) {
    const Release& release = facts_.releases()[number];
    Place place;
    place.nodes = {&names_, {}, {}, -1, false, rulesOf(release.django)};
    place.nodes.installed.resize(static_cast<std::size_t>(names_.appCount()));
    place.dangerous.resize(static_cast<std::size_t>(names_.size()));
    for (const int one : release.definitions) {
      const Node& node = nodes_[static_cast<std::size_t>(one)];
      place.nodes.nodes.push_back(&node);
      place.nodes.installed[static_cast<std::size_t>(names_.app(node.id))] = 1;
      if (node.replaces.empty()) continue;
      place.squashes.push_back(&node);
      char& known = dangerous_[one];
      if (known == 0) known = isDangerous(facts_.definition(one)) != 0 ? 2 : 1;
      place.dangerous[static_cast<std::size_t>(node.id)] = known == 2 ? 1 : 0;
    }
    const std::string model = release.user_model.empty() ? "auth.User" : release.user_model;
    place.nodes.user_app = names_.findApp(model.substr(0, model.find('.')));
    return place;
  }

  /// The newest of releases with the same migrations, older than the target and not older than
  /// what is applied; newest first.
  void findCandidates() {
    const auto& all = facts_.releases();
    const ReleaseNumber target(target_.version);
    std::size_t oldest = 0;
    for (int id = 0; id < names_.size(); ++id) {
      if (reached_[0].rows[static_cast<std::size_t>(id)] == 0) continue;
      const auto life = facts_.lifetime(names_.key(id));
      if (life) oldest = std::max(oldest, life->first);
    }
    std::optional<std::size_t> set;
    for (std::size_t i = all.size(); i > oldest; --i) {
      const Release& one = all[i - 1];
      if (target.valid() && ReleaseNumber(one.number) >= target) continue;
      if (set != one.set) candidates_.emplace_back(i - 1, placeOf(i - 1));
      set = one.set;
    }
  }

  /// Whether `migrate` of that code would go well; then what is applied afterwards.
  bool hop(const Marks& rows, const Place& to, Marks* after = nullptr) {
    if (!mayHop(rows, to)) return false;
    const LoadedNodes loaded = load(to.nodes, rows);
    if (!loaded.troubles.empty()) return false;
    if (after == nullptr) return true;
    *after = rows;
    for (const int one : loaded.pending) (*after)[static_cast<std::size_t>(one)] = 1;
    for (const Node* squash : to.squashes) {
      if (loaded.applied[static_cast<std::size_t>(squash->id)] == 0 &&
          (*after)[static_cast<std::size_t>(squash->id)] == 0) {
        continue;
      }
      (*after)[static_cast<std::size_t>(squash->id)] = 1;
      for (const int one : squash->replaces) (*after)[static_cast<std::size_t>(one)] = 1;
    }
    return true;
  }

  /// The cheap questions: no squash that is partly applied and whose rest is gone, none that would
  /// run on live data though it must not.
  bool mayHop(const Marks& rows, const Place& to) {
    present_.assign(static_cast<std::size_t>(names_.size()), 0);
    for (const Node* node : to.nodes.nodes) present_[static_cast<std::size_t>(node->id)] = 1;
    live_.assign(static_cast<std::size_t>(names_.appCount()), 0);
    for (std::size_t id = 0; id < rows.size(); ++id) {
      if (rows[id] != 0) live_[static_cast<std::size_t>(names_.app(static_cast<int>(id)))] = 1;
    }
    for (const Node* squash : to.squashes) {
      std::size_t applied = 0;
      bool lost = false;
      for (const int one : squash->replaces) {
        const auto place = static_cast<std::size_t>(one);
        applied += rows[place] != 0 ? 1 : 0;
        lost = lost || (rows[place] == 0 && present_[place] == 0);
      }
      if (applied > 0 && lost && !to.nodes.rules.nested_squashes) return false;
      const bool live = live_[static_cast<std::size_t>(names_.app(squash->id))] != 0;
      if (applied == 0 && live && to.dangerous[static_cast<std::size_t>(squash->id)] != 0) {
        return false;
      }
    }
    return true;
  }

  void expand(std::size_t at) {
    std::vector<std::pair<std::size_t, Place>> left;
    for (auto& candidate : candidates_) {
      Marks after;
      if (candidate.first > reached_[at].release &&
          hop(reached_[at].rows, candidate.second, &after) && after != reached_[at].rows) {
        reached_.push_back({candidate.first, at, reached_[at].stops + 1, std::move(after)});
      } else {
        left.push_back(std::move(candidate));
      }
    }
    candidates_ = std::move(left);  // what was reached needs no second way
  }

  std::vector<std::size_t> wayTo(std::size_t at) const {
    std::vector<std::size_t> way;
    for (; at != 0; at = reached_[at].before) way.push_back(reached_[at].release);
    std::reverse(way.begin(), way.end());
    return way;
  }

  const Code& target_;
  const Facts& facts_;
  Names names_;
  std::vector<Node> nodes_;
  std::vector<Node> goal_nodes_;
  Place goal_;
  std::vector<std::pair<std::size_t, Place>> candidates_;
  std::map<int, char> dangerous_;  // by definition: 1 no, 2 yes
  std::vector<Reached> reached_;
  Marks present_;
  Marks live_;
};

}  // namespace

const char* outcomeName(PathVerdict::Outcome outcome) {
  switch (outcome) {
    case PathVerdict::Outcome::nothing_to_do:
      return "nothing_to_do";
    case PathVerdict::Outcome::works:
      return "works";
    case PathVerdict::Outcome::with_stops:
      return "with_stops";
    case PathVerdict::Outcome::fails:
      return "fails";
    case PathVerdict::Outcome::database_newer:
      return "database_newer";
  }
  return "";
}

namespace {

/// The release that a path begins at: as it was named, or by what is applied; empty: not known.
std::string releaseOf(const Start& start, const Code& target) {
  if (!start.applied) return start.name;
  const std::string range = releaseOfRows(Facts::of(target.product), start.rows);
  return range.substr(range.rfind(' ') + 1);  // "3.6.8 to 3.6.9"
}

}  // namespace

PathVerdict findPath(const Start& start, const Code& target) {
  using Outcome = PathVerdict::Outcome;
  PathVerdict verdict;
  verdict.documented = documentedStops(target.product, releaseOf(start, target), target.version);
  verdict.direct = judgeHop(start, target);
  const Hop& direct = verdict.direct;
  if (!direct.newer.empty()) {
    verdict.outcome = Outcome::database_newer;
    return verdict;
  }
  if (direct.works) {
    verdict.outcome = direct.pending.empty() ? Outcome::nothing_to_do : Outcome::works;
    return verdict;
  }
  const bool lacking =
      std::any_of(direct.hazards.begin(), direct.hazards.end(),
                  [](const Hazard& one) { return one.kind == Hazard::Kind::requirement; });
  const auto others = direct.hazards.size() + direct.problems.size();
  if (lacking && others == 1) return verdict;  // a stop is no help against what is missing
  const auto way = Search(start, target).run();
  if (way.empty()) return verdict;
  verdict.outcome = Outcome::with_stops;
  Start at = start;
  for (const std::size_t stop : way) {
    const Code code = Facts::of(target.product).code(stop);
    verdict.hops.push_back(judgeHop(at, code));
    at = {code.version, rowsAfter(at.rows, code, load(code, at.rows, rulesOf(code.django))),
          std::nullopt, start.surroundings};
  }
  verdict.hops.push_back(judgeHop(at, target));
  if (!verdict.hops.back().works) {
    verdict.outcome = Outcome::fails;
    verdict.hops.clear();
  }
  return verdict;
}

namespace {

/// Whether a release has a migration that is not applied and that nothing replaces: cheaper than a
/// whole load, and true of most releases.
bool lacks(const Facts& facts, const Release& release, const Marks& rows) {
  std::vector<char> replaced(rows.size());
  for (const int one : release.definitions) {
    for (const int member : facts.node(one).replaces)
      replaced[static_cast<std::size_t>(member)] = 1;
  }
  return std::any_of(release.definitions.begin(), release.definitions.end(), [&](int one) {
    const Node& node = facts.node(one);
    const auto place = static_cast<std::size_t>(node.id);
    return rows[place] == 0 && node.replaces.empty() && replaced[place] == 0;
  });
}

}  // namespace

std::string releaseOfRows(const Facts& facts, const std::set<Key>& rows) {
  Marks marks(static_cast<std::size_t>(facts.names().size()));
  for (const Key& key : rows) {
    const int id = facts.names().find(key);
    if (id >= 0) marks[static_cast<std::size_t>(id)] = 1;
  }
  const auto& releases = facts.releases();
  std::string oldest;
  std::string newest;
  std::optional<std::size_t> set;
  for (std::size_t i = releases.size(); i > 0; --i) {
    if (set && releases[i - 1].set != *set) break;
    if (!set) {
      if (lacks(facts, releases[i - 1], marks)) continue;
      const Code code = facts.code(i - 1);
      const Loaded loaded = load(code, rows, rulesOf(code.django));
      if (!loaded.pending.empty() || !loaded.problems.empty()) continue;
      const bool beyond = std::any_of(rows.begin(), rows.end(), [&](const Key& key) {
        const auto life = facts.lifetime(key);
        return life && life->first > i - 1;
      });
      if (beyond) break;
      set = releases[i - 1].set;
      newest = releases[i - 1].number;
    }
    oldest = releases[i - 1].number;
  }
  return oldest == newest ? newest : fmt::format("{} to {}", oldest, newest);
}

}  // namespace migrations
