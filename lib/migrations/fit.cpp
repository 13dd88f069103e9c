#include "lib/migrations/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/facts.hpp"
#include "lib/migrations/release_number.hpp"

namespace migrations {
namespace {

/// "dcim.0200_a, dcim.0201_b, ipam.0001_c and 3 more".
std::string some(std::vector<std::string> names) {
  constexpr std::size_t kShown = 3;
  const std::size_t more = names.size() - std::min(kShown, names.size());
  names.resize(names.size() - more);
  return core::join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string some(const std::vector<Key>& keys) {
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.inWords());
  return some(std::move(names));
}

/// The names that the code has for each application's migrations, old ones of squashes included.
class KnownNames {
 public:
  explicit KnownNames(const Code& code) {
    for (const Migration& migration : code.migrations) {
      add(migration.key);
      for (const Key& key : migration.replaces) add(key);
    }
  }
  bool has(const Key& key) const {
    const auto app = apps_.find(key.app);
    return app != apps_.end() && app->second.names.contains(key.name);
  }
  bool hasApp(const std::string& app) const { return apps_.contains(app); }
  int highest(const std::string& app) const { return apps_.at(app).highest; }
  /// The name with the same words behind another number.
  std::optional<Key> sameUnderOtherNumber(const Key& key) const {
    const std::string_view tail = tailOf(key.name);
    if (tail == key.name || tail.size() < 6 || tail == "initial" || tail.starts_with("squashed")) {
      return std::nullopt;
    }
    for (const std::string& name : apps_.at(key.app).names) {
      if (name != key.name && tailOf(name) == tail) return Key{key.app, name};
    }
    return std::nullopt;
  }

 private:
  struct Names {
    std::set<std::string> names;
    int highest = 0;
  };
  void add(const Key& key) {
    Names& names = apps_[key.app];
    names.names.insert(key.name);
    names.highest = std::max(names.highest, numberOf(key.name).value_or(0));
  }
  std::map<std::string, Names> apps_;
};

class Judge {
 public:
  Judge(const Applied& applied, const Code& code)
      : applied_(applied),
        code_(code),
        known_(code),
        loaded_(load(code, applied.keys(), rulesOf(code.django))) {}

  FitVerdict run() {
    findLastKnown();
    for (const AppliedRow& row : applied_.rows) sortRow(row);
    for (const Key& key : loaded_.pending) {
      const App* app = code_.app(key.app);
      if (app == nullptr || !app->perhaps) verdict_.pending.push_back(key);
    }
    dropHarmlessRenumbering();
    verdict_.problems = loaded_.problems;
    sayWhatIsUnknown();
    decide();
    return std::move(verdict_);
  }

 private:
  /// The newest row of each application that the code knows.
  void findLastKnown() {
    for (const AppliedRow& row : applied_.rows) {
      if (!row.id || !known_.has(row.key)) continue;
      auto& last = last_known_[row.key.app];
      last = std::max(last, *row.id);
    }
  }

  void sortRow(const AppliedRow& row) {
    const Key& key = row.key;
    if (known_.has(key)) return;
    if (!known_.hasApp(key.app)) {
      if (code_.environment) {
        verdict_.strangers.push_back(key);
      } else {
        unseen_.insert(key.app);
      }
      return;
    }
    if (cameWithLaterRelease(key)) {
      verdict_.newer.push_back(key);
      return;
    }
    if (const auto other = known_.sameUnderOtherNumber(key)) {
      verdict_.renumbered.emplace_back(key, *other);
      return;
    }
    (cameLater(row) ? verdict_.newer : verdict_.former).push_back(key);
  }

  bool cameWithLaterRelease(const Key& key) const {
    const Facts& facts = Facts::of(code_.product);
    const ReleaseNumber here(code_.version);
    const auto life = facts.lifetime(key);
    return life && here.valid() && ReleaseNumber(facts.releases()[life->first].number) > here;
  }

  /// Whether a row that no later release is known to have was applied after all that the code
  /// knows; without ids, by the numbers of the names.
  bool cameLater(const AppliedRow& row) const {
    // A release that is known and not later had it.
    if (Facts::of(code_.product).lifetime(row.key) && ReleaseNumber(code_.version).valid()) {
      return false;
    }
    const auto last = last_known_.find(row.key.app);
    if (row.id && last != last_known_.end()) return *row.id > last->second;
    return numberOf(row.key.name).value_or(0) >= known_.highest(row.key.app);
  }

  /// What gives the same however often it runs.
  static bool isRepeatable(const Migration* migration) {
    return migration != nullptr &&
           std::all_of(migration->operations.begin(), migration->operations.end(),
                       [](const Operation& one) {
                         return one.kind == "AlterField" || one.kind == "AlterModelOptions" ||
                                one.kind == "AlterModelManagers";
                       });
  }

  /// Under its other number it has a row as well: then nothing will run.
  void dropHarmlessRenumbering() {
    std::erase_if(verdict_.renumbered, [&](const auto& pair) {
      const bool runs = !loaded_.applied.contains(pair.second);
      if (runs && !isRepeatable(code_.find(pair.second))) return false;
      verdict_.former.push_back(pair.first);
      return true;
    });
  }

  void sayWhatIsUnknown() {
    if (!unseen_.empty()) {
      const std::string apps = some(std::vector<std::string>(unseen_.begin(), unseen_.end()));
      verdict_.reasons.push_back(
          code_.release
              ? fmt::format("which versions of {} come with {} is not known", apps, code_.root)
              : fmt::format(
                    "no virtual environment was found at {}, so the code of {} was not seen",
                    code_.root, apps));
    }
    if (code_.environment && !code_.not_found.empty()) {
      verdict_.reasons.push_back(fmt::format("{} of {} {} not found",
                                             core::join(code_.not_found, ", "), code_.root,
                                             code_.not_found.size() == 1 ? "was" : "were"));
    }
    if (!code_.plugins_known) {
      for (const Doubt& doubt : code_.doubts) {
        if (doubt.what.find("lugins") != std::string::npos) {
          verdict_.reasons.push_back(doubt.inWords());
        }
      }
    }
  }

  std::string codeInWords() const {
    return code_.version.empty() ? code_.root
                                 : fmt::format("{} {} at {}", config::productName(code_.product),
                                               code_.version, code_.root);
  }

  void decide() {
    const auto rows = static_cast<std::int64_t>(verdict_.newer.size());
    const auto count = static_cast<std::int64_t>(verdict_.pending.size());
    if (applied_.rows.empty() && count > 0) {
      verdict_.fit = Fit::code_newer;
      verdict_.found = applied_.from + " has no migration applied";
    } else if (rows > 0) {
      verdict_.fit = Fit::database_newer;
      verdict_.found = fmt::format("{} has {} that {} does not know: {}", applied_.from,
                                   core::plural(rows, "migration", "migrations"), codeInWords(),
                                   some(verdict_.newer));
    } else if (!verdict_.problems.empty()) {
      verdict_.fit = Fit::can_not_upgrade;
      verdict_.found = fmt::format("{} can't migrate {}: {}", codeInWords(), applied_.from,
                                   inWords(verdict_.problems.front()));
    } else if (!verdict_.renumbered.empty()) {
      verdict_.fit = Fit::can_not_upgrade;
      const auto& [row, same] = verdict_.renumbered.front();
      verdict_.found = fmt::format("{} is applied in {} and would run again as {}", row.inWords(),
                                   applied_.from, same.inWords());
    } else if (count > 0) {
      verdict_.fit = Fit::code_newer;
      verdict_.found = fmt::format("{} lacks {} of {}: {}", applied_.from,
                                   core::plural(count, "migration", "migrations"), codeInWords(),
                                   some(verdict_.pending));
    } else if (!verdict_.reasons.empty() && !code_.release) {
      verdict_.fit = Fit::unknown;
      verdict_.found = fmt::format("could not determine whether {} fits {}: {}", applied_.from,
                                   codeInWords(), core::join(verdict_.reasons, "; "));
    } else {
      verdict_.fit = Fit::fits;
      verdict_.found = fmt::format("{} and {} belong together", applied_.from, codeInWords());
    }
  }

  const Applied& applied_;
  const Code& code_;
  KnownNames known_;
  Loaded loaded_;
  std::map<std::string, std::int64_t> last_known_;
  std::set<std::string> unseen_;
  FitVerdict verdict_;
};

FitVerdict judged(const std::function<Applied()>& rows, const std::function<Code()>& code) {
  try {
    const Applied applied = rows();
    return judgeFit(applied, code());
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    FitVerdict verdict;
    verdict.reasons.emplace_back(error.what());
    verdict.found =
        fmt::format("could not determine whether database and code fit: {}", error.what());
    return verdict;
  }
}

}  // namespace

const char* fitName(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return "fits";
    case Fit::database_newer:
      return "database_newer";
    case Fit::code_newer:
      return "code_newer";
    case Fit::can_not_upgrade:
      return "can_not_upgrade";
    case Fit::unknown:
      return "unknown";
  }
  return "";
}

FitVerdict judgeFit(const Applied& applied, const Code& code) { return Judge(applied, code).run(); }

FitVerdict fitOfDump(ports::Files& dump_files, const std::string& dump, ports::Files& code_files,
                     const CodePlace& place) {
  return judged([&] { return appliedInFile(dump_files, dump); },
                [&] { return readCode(code_files, place); });
}

FitVerdict fitOfDatabase(ports::Sql& session, const std::string& name, ports::Files& code_files,
                         const CodePlace& place) {
  return judged([&] { return appliedInDatabase(session, name); },
                [&] { return readCode(code_files, place); });
}

}  // namespace migrations
