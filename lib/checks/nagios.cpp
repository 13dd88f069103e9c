#include <fmt/format.h>

#include <algorithm>

#include "lib/checks/report.hpp"
#include "lib/checks/sheet.hpp"
#include "lib/core/text.hpp"

namespace checks {
namespace {

using core::Outcome;

/// What a plugin may print: one line, and no "|", which begins the performance data.
std::string line(const std::string& text) {
  std::string out = core::printable(text);
  std::replace(out.begin(), out.end(), '|', '/');
  return out;
}

/// A label: in quotes, without quotes and equals signs of its own.
std::string label(const std::string& text) {
  std::string out = line(text);
  std::erase_if(out, [](char c) { return c == '\'' || c == '='; });
  return "'" + out + "'";
}

std::string number(double value) {
  return value == static_cast<double>(static_cast<std::int64_t>(value))
             ? fmt::format("{}", static_cast<std::int64_t>(value))
             : fmt::format("{:.6g}", value);
}

/// 'label'=value[UOM];[warn];[crit];[min];[max], as the plugins' guidelines write it.
std::string performance(const std::string& name, const Measure& measure) {
  std::string text = fmt::format("{}={}{}", label(name), number(measure.value), measure.unit);
  const std::string ranges =
      fmt::format(";{};{};{};{}", measure.warn, measure.fail, measure.least, measure.most);
  return text + ranges.substr(0, ranges.find_last_not_of(';') + 1);
}

const char* word(int status) {
  constexpr const char* kWords[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return kWords[status];
}

}  // namespace

int nagiosStatus(const std::vector<core::CheckResult>& results) {
  switch (results.empty() ? Outcome::unknown : worst(results)) {
    case Outcome::pass:
    case Outcome::skip:
      return 0;
    case Outcome::warn:
      return 1;
    case Outcome::fail:
      return 2;
    case Outcome::unknown:
      break;
  }
  return 3;
}

std::string nagios(const Sheet& sheet) {
  const auto results = sheet.results();
  std::string first = fmt::format("{}: {}", word(nagiosStatus(results)), line(summary(results)));
  const Outcome most = results.empty() ? Outcome::unknown : worst(results);
  if (most == Outcome::fail || most == Outcome::unknown || most == Outcome::warn) {
    const auto worst_one = std::find_if(results.begin(), results.end(),
                                        [&](const auto& each) { return each.outcome == most; });
    if (worst_one != results.end()) {
      first += fmt::format("; {}: {}", line(worst_one->subject), line(worst_one->found));
    }
  }
  std::vector<std::string> numbers{
      fmt::format("'time'={:.3f}s;;;0", std::chrono::duration<double>(sheet.took).count())};
  std::string more;
  for (const Finished& each : sheet.lines) {
    for (const Measure& measure : each.result.measures) {
      numbers.push_back(performance(each.result.id + "." + measure.name, measure));
    }
    const Outcome outcome = each.result.outcome;
    if (outcome == Outcome::pass || outcome == Outcome::skip) continue;
    more += fmt::format("{}: {}: {}\n", core::outcomeName(outcome), line(each.result.subject),
                        line(each.result.found));
  }
  return first + " | " + core::join(numbers, " ") + "\n" + more;
}

}  // namespace checks
