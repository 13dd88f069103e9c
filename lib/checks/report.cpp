#include "lib/checks/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/out/output.hpp"

namespace checks {
namespace {

constexpr std::size_t kWidestSubject = 48;

out::Paint paintOf(core::Outcome outcome) {
  switch (outcome) {
    case core::Outcome::pass:
      return out::Paint::good;
    case core::Outcome::fail:
      return out::Paint::bad;
    case core::Outcome::warn:
    case core::Outcome::unknown:
      return out::Paint::careful;
    case core::Outcome::skip:
      break;
  }
  return out::Paint::faint;
}

/// Every line of `text` behind `indent`.
std::string indented(const std::string& text, std::size_t indent) {
  std::string all;
  for (const std::string& line : core::split(text, '\n')) {
    all += std::string(indent, ' ') + line + "\n";
  }
  return all;
}

}  // namespace

std::string text(const std::vector<core::CheckResult>& results, bool color) {
  std::size_t width = 0;
  for (const auto& one : results) {
    if (one.subject.size() <= kWidestSubject) width = std::max(width, one.subject.size());
  }
  std::string all;
  for (const auto& one : results) {
    all += out::paint(paintOf(one.outcome), fmt::format("{:<7}", core::outcomeName(one.outcome)),
                      color);
    const auto lines = core::split(one.found, '\n');
    all += fmt::format("  {:<{}}  {}\n", core::printable(one.subject), width, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) all += indented(lines[i], width + 11);
    const bool well = one.outcome == core::Outcome::pass || one.outcome == core::Outcome::skip;
    if (!well && !one.wanted.empty()) all += indented("wanted: " + one.wanted, 9);
    if (!well && !one.hint.empty()) all += indented(one.hint, 9);
  }
  return all;
}

std::string summary(const std::vector<core::CheckResult>& results) {
  struct Name {
    core::Outcome outcome;
    const char* one;
    const char* many;
  };
  constexpr std::array<Name, 5> kNames{{{core::Outcome::pass, "passed", "passed"},
                                        {core::Outcome::warn, "warning", "warnings"},
                                        {core::Outcome::fail, "failed", "failed"},
                                        {core::Outcome::unknown, "unknown", "unknown"},
                                        {core::Outcome::skip, "skipped", "skipped"}}};
  std::vector<std::string> parts;
  for (const auto& name : kNames) {
    const auto count = std::count_if(results.begin(), results.end(),
                                     [&](const auto& one) { return one.outcome == name.outcome; });
    if (count > 0) parts.push_back(core::plural(count, name.one, name.many));
  }
  return parts.empty() ? "nothing was checked" : core::join(parts, ", ");
}

core::Json toJson(const core::CheckResult& result) {
  core::Json json{{"id", result.id},
                  {"subject", result.subject},
                  {"outcome", core::outcomeName(result.outcome)},
                  {"found", result.found}};
  if (!result.wanted.empty()) json["wanted"] = result.wanted;
  if (!result.hint.empty()) json["hint"] = result.hint;
  return json;
}

core::Json toJson(const std::vector<core::CheckResult>& results) {
  core::Json all = core::Json::array();
  for (const auto& one : results) all.push_back(toJson(one));
  return all;
}

core::CheckResult fromJson(const core::Json& json) {
  using core::Outcome;
  core::CheckResult result{json.at("id"),    json.at("subject"),       Outcome::unknown,
                           json.at("found"), json.value("wanted", ""), json.value("hint", "")};
  for (const Outcome each : {Outcome::pass, Outcome::warn, Outcome::fail, Outcome::skip}) {
    if (json.at("outcome") == core::outcomeName(each)) result.outcome = each;
  }
  return result;
}

core::Outcome worst(const std::vector<core::CheckResult>& results) {
  core::Outcome outcome = core::Outcome::skip;
  for (const auto& one : results) outcome = core::worse(outcome, one.outcome);
  return outcome;
}

int exitStatus(const std::vector<core::CheckResult>& results) {
  const core::Outcome outcome = worst(results);
  if (outcome == core::Outcome::fail) return core::exitStatus(core::Kind::failed_check);
  if (outcome == core::Outcome::unknown) return core::exitStatus(core::Kind::undetermined);
  return 0;
}

}  // namespace checks
