#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// `systemctl show`: lines NAME=VALUE (systemd 252).
std::map<std::string, std::string> show(const Site& site, const std::string& unit,
                                        const std::string& properties) {
  ports::Command command{
      {"systemctl", "show", "--timestamp=unix", "--property=" + properties, "--", unit}};
  command.mutates = false;
  const auto outcome = site.world.shell.run(command);
  if (!outcome.ok()) throw core::Error(core::Kind::undetermined, "systemctl: " + outcome.inWords());
  std::map<std::string, std::string> values;
  for (const std::string& line : core::split(outcome.out, '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return values;
}

/// "@1763706012", as --timestamp=unix prints a moment; nothing for "" and "n/a".
std::optional<core::Time> moment(const std::string& text) {
  if (!text.starts_with("@") || text == "@0") return std::nullopt;
  return core::Time{std::chrono::seconds(std::atoll(text.c_str() + 1))};
}

/// Whether a timer fired within a time, and whether what it starts ended well.
checks::CheckResult askTimer(const Site& site, std::string timer, core::Duration limit) {
  if (!timer.ends_with(".timer")) timer += ".timer";
  core::CheckResult result{{}, "timer " + core::printable(timer), Outcome::fail, {}, {}, {}};
  const auto values = show(site, timer, "LoadState,ActiveState,LastTriggerUSec,Unit");
  const auto of = [&](const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
  if (of("LoadState") == "not-found") {
    result.found = "there is no such timer";
    return result;
  }
  if (of("ActiveState") != "active") {
    result.found = "it is " + of("ActiveState");
    result.hint = "systemctl enable --now " + core::shellQuote(timer);
    return result;
  }
  const auto last = moment(of("LastTriggerUSec"));
  if (!last) {
    result.outcome = Outcome::warn;
    result.found = "it has not run since this host was started";
    return result;
  }
  const std::string unit =
      of("Unit").empty() ? timer.substr(0, timer.size() - 6) + ".service" : of("Unit");
  const auto job = show(site, unit, "Result,ExecMainStatus");
  const auto ended = job.find("Result");
  const core::Duration ago = site.world.clock.now() - *last;
  result.found = fmt::format("it ran {} ago", core::formatDuration(ago));
  if (ended != job.end() && ended->second != "success") {
    result.found += fmt::format(", and {} ended with {}", unit, ended->second);
    result.hint = "journalctl -u " + core::shellQuote(unit);
  } else if (ago > limit) {
    result.wanted = "within " + core::formatDuration(limit);
  } else {
    result.outcome = Outcome::pass;
    result.found += ", and ended well";
  }
  return {result,
          {{"age", std::chrono::duration<double>(ago).count(), "s", "",
            fmt::format("{:.0f}", std::chrono::duration<double>(limit).count()), "0", ""}}};
}

/// One, or several as a list or as words of one text.
checks::CheckResult askTimers(const Site& site, const checks::Arguments& arguments) {
  const auto limit = arguments.duration("within", std::chrono::hours(25));
  std::vector<std::string> units;
  for (const std::string& text : arguments.list("unit")) {
    for (const std::string& word : core::split(text, ' ')) {
      if (!word.empty()) units.push_back(word);
    }
  }
  if (units.size() == 1) return askTimer(site, units.front(), limit);
  std::vector<core::CheckResult> results;
  std::vector<checks::Measure> measures;
  for (const std::string& unit : units) {
    auto one = askTimer(site, unit, limit);
    for (auto& measure : one.measures) {
      measure.name = unit + " " + measure.name;
      measures.push_back(measure);
    }
    results.push_back(std::move(one));
  }
  return {combined("timers", results,
                   core::plural(static_cast<std::int64_t>(units.size()), "timer", "timers") +
                       ", all ran lately and ended well"),
          measures};
}

void examineTimers(const checks::Arguments& arguments) {
  for (const std::string& text : arguments.list("unit")) {
    if (!core::trim(text).empty()) return;
  }
  throw core::Error(core::Kind::configuration, "unit names no timer: it would assert nothing");
}

/// What a cron job leaves behind when it did its work: a file that it writes each time.
checks::CheckResult askStamp(const Site& site, const checks::Arguments& arguments) {
  const std::string file = arguments.text("file");
  const auto limit = arguments.duration("within", std::chrono::hours(25));
  core::CheckResult result{{}, "file " + core::printable(file), Outcome::fail, {}, {}, {}};
  const auto real = site.world.files.resolve(file);
  const auto info = real ? site.world.files.info(*real) : std::nullopt;
  if (!info) {
    result.found = "it is not there";
    return result;
  }
  const core::Duration ago = site.world.clock.now() - info->changed;
  const int least = arguments.number("at_least_bytes", 0);
  result.found =
      fmt::format("written {} ago, {}", core::formatDuration(ago), core::formatBytes(info->bytes));
  if (ago > limit) {
    result.wanted = "within " + core::formatDuration(limit);
  } else if (info->bytes < static_cast<std::uint64_t>(std::max(least, 0))) {
    result.wanted = fmt::format("at least {} bytes", least);
  } else {
    result.outcome = Outcome::pass;
  }
  return {result,
          {{"age", std::chrono::duration<double>(ago).count(), "s", "",
            fmt::format("{:.0f}", std::chrono::duration<double>(limit).count()), "0", ""}}};
}

}  // namespace

void addTimers(checks::Kinds& kinds, const Site& site) {
  kinds.add("timer",
            {{"unit"},
             {"within"},
             false,
             [site](const checks::Arguments& arguments) { return askTimers(site, arguments); },
             examineTimers});
  kinds.add(
      "file-age",
      {{"file"}, {"within", "at_least_bytes"}, false, [site](const checks::Arguments& arguments) {
         return askStamp(site, arguments);
       }});
}

}  // namespace validation
