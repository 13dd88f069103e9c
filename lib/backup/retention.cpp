#include "lib/backup/retention.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <functional>

#include "lib/core/text.hpp"

namespace backup {
namespace {

/// The server that stamps a set and this host need not agree to the second.
constexpr core::Duration kClocksDiffer = std::chrono::minutes(1);

std::string format(core::Time time, const char* form) {
  const std::time_t when =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

/// One rule at work: keeps the first set that it sees of each span, until it has kept enough.
class Rule {
 public:
  Rule(const char* name, const char* form, int spans) : name_(name), form_(form), left_(spans) {}

  /// What it says of a set; empty: nothing.
  std::string take(core::Time taken) {
    const std::string span = format(taken, form_);
    if (left_ <= 0 || span == newest_span_) return {};
    newest_span_ = span;
    --left_;
    return fmt::format("{} {}", name_, span);
  }

 private:
  const char* name_;
  const char* form_;
  int left_;
  std::string newest_span_;
};

class Judge {
 public:
  Judge(const config::KeepSettings& rules, bool remove_broken, core::Time now)
      : rules_(rules),
        remove_broken_(remove_broken),
        now_(now),
        spans_{{{"hourly", "%Y-%m-%d %Hh", rules.hourly},
                {"daily", "%Y-%m-%d", rules.daily},
                {"weekly", "%G-W%V", rules.weekly},
                {"monthly", "%Y-%m", rules.monthly},
                {"yearly", "%Y", rules.yearly}}} {}

  Judgement of(StoredSet set) {
    if (set.pin) return kept(std::move(set), "pinned " + set.pin->inWords());
    if (set.pin_unknown) return kept(std::move(set), "could not determine whether it is pinned");
    if (set.undetermined) return kept(std::move(set), "could not determine: " + set.broken);
    if (!set.good()) return broken(std::move(set));
    if (set.manifest->taken() > now_ + kClocksDiffer) {
      return kept(std::move(set),
                  fmt::format("taken in the future, {} from now: a clock was put back",
                              core::formatDuration(set.manifest->taken() - now_)));
    }
    return good(std::move(set));
  }

 private:
  static Judgement kept(StoredSet set, const std::string& reason) {
    return {std::move(set), true, reason};
  }

  Judgement broken(StoredSet set) const {
    const std::string why = "broken: " + set.broken;
    return {std::move(set), !remove_broken_, remove_broken_ ? why : why + " (see --broken)"};
  }

  Judgement good(StoredSet set) {
    if (rules_.empty()) return kept(std::move(set), "no rules are given");
    std::vector<std::string> reasons = reasonsFor(set.manifest->taken());
    if (reasons.empty()) return {std::move(set), false, "not kept by any rule"};
    return kept(std::move(set), core::join(reasons, ", "));
  }

  std::vector<std::string> reasonsFor(core::Time taken) {
    std::vector<std::string> reasons;
    if (!newest_) {
      newest_ = taken;
      reasons.emplace_back("newest good");
    }
    if (last_ < rules_.last) reasons.push_back(fmt::format("last {}", ++last_));
    if (rules_.within > core::Duration::zero() && *newest_ - taken <= rules_.within) {
      reasons.push_back("within " + core::formatDuration(rules_.within));
    }
    for (Rule& rule : spans_) {
      if (std::string reason = rule.take(taken); !reason.empty()) {
        reasons.push_back(std::move(reason));
      }
    }
    return reasons;
  }

  const config::KeepSettings& rules_;
  bool remove_broken_;
  core::Time now_;
  std::array<Rule, 5> spans_;
  std::optional<core::Time> newest_;
  int last_ = 0;
};

}  // namespace

std::vector<Judgement> judge(std::vector<StoredSet> newest_first, const config::KeepSettings& rules,
                             bool remove_broken, core::Time now) {
  Judge judge(rules, remove_broken, now);
  std::vector<Judgement> judgements;
  for (StoredSet& set : newest_first) judgements.push_back(judge.of(std::move(set)));
  return judgements;
}

}  // namespace backup
