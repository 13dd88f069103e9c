#include "lib/checks/verdict.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace checks {
namespace {

using core::Outcome;

void applyIgnored(Finished& finished, core::Time now) {
  for (const Ignored& one : finished.item.ignored) {
    if (finished.result.found.find(one.text) == std::string::npos) continue;
    if (one.until && now > *one.until) {
      finished.result.hint =
          fmt::format("Ignoring it ({}) expired on {}. {}", one.reason,
                      core::formatUtc(*one.until).substr(0, 10), finished.result.hint);
      continue;
    }
    finished.ignored.push_back(one.reason);
    finished.result.outcome = Outcome::pass;
    finished.result.found += fmt::format(" (ignored: {})", one.reason);
    return;
  }
}

void soften(core::CheckResult& result, const std::string& why) {
  result.outcome = Outcome::warn;
  result.found += fmt::format(" ({})", why);
}

}  // namespace

void judge(Finished& finished, core::Time now, const std::optional<core::Time>& started) {
  const bool bad =
      finished.result.outcome == Outcome::fail || finished.result.outcome == Outcome::warn;
  if (bad) applyIgnored(finished, now);
  if (finished.result.outcome != Outcome::fail) return;
  const Item& item = finished.item;
  if (item.grace > core::Duration::zero() && started && now - *started < item.grace) {
    soften(finished.result,
           fmt::format("within {} of grace after the start {} ago",
                       core::formatDuration(item.grace), core::formatDuration(now - *started)));
  } else if (item.only_warns) {
    finished.result.outcome = Outcome::warn;
  }
}

core::CheckResult byHand(const Item& item,
                         const std::function<core::CheckResult(const Item&)>& person) {
  core::CheckResult result{item.id, item.title, Outcome::skip, "to be done by a person", {}, {}};
  if (person) {
    result = person(item);
    result.id = item.id;
    if (result.subject.empty()) result.subject = item.title;
    return result;
  }
  if (!item.required) return result;
  result.outcome = Outcome::unknown;
  result.found = "nobody was there to say whether it was done";
  result.hint = "Answer it on a terminal, or with --answers FILE.";
  return result;
}

}  // namespace checks
