#include "commands/run/shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace commands {
namespace {

using step::History;

/// A cell of a Markdown table, or a line of a list: one line, no markup of its own.
std::string plain(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      line += ' ';
    } else {
      if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '<') line += '\\';
      line += c;
    }
  }
  return line;
}

/// A measured or recorded value, as people read it: "downtime_ms" 812.4 is "downtime: 0.8 s".
std::string valueLine(const std::string& key, const core::Json& value) {
  std::string name = key;
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (value.is_number() && key.ends_with("_ms")) {
    name.resize(key.size() - 3);
    text =
        core::formatDuration(core::Duration(static_cast<std::int64_t>(value.get<double>() * 1000)));
  } else if (value.is_number_unsigned() && key.ends_with("bytes")) {
    text = core::formatBytes(value.get<std::uint64_t>());
  }
  std::replace(name.begin(), name.end(), '_', ' ');
  return fmt::format("- {}: {}\n", plain(name), plain(text));
}

std::string list(const char* head, const core::Json& values) {
  if (values.empty()) return {};
  std::string text = fmt::format("\n## {}\n\n", head);
  for (const auto& [key, value] : values.items()) text += valueLine(key, value);
  return text;
}

std::string headOf(const Told& told) {
  const step::Run& run = told.run;
  std::string text = fmt::format("# {}\n\n| | |\n|---|---|\n", plain(run.plan.title));
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("| {} | {} |\n", name, plain(value));
  };
  row("Run", run.plan.id);
  row("Command", "sotctl " + run.plan.verb);
  row("Instance", run.plan.instance);
  row("Outcome", step::outcomeName(run.outcome));
  row("Person", run.person);
  row("Host", run.host);
  row("Reason", run.reason);
  row("Task", run.task);
  row("Started", core::formatUtc(run.started));
  row("Ended", run.ended ? fmt::format("{}, after {}", core::formatUtc(*run.ended),
                                       core::formatDuration(*run.ended - run.started))
                         : "not yet");
  if (const auto downtime = run.results.find("downtime_ms"); downtime != run.results.end()) {
    row("Downtime", core::formatDuration(
                        core::Duration(static_cast<std::int64_t>(downtime->get<double>() * 1000))) +
                        ", seen from outside");
  }
  row("Takes back", run.plan.undoes);
  row("Version", run.version);
  return text;
}

std::string timelineOf(const Told& told) {
  std::string text =
      "\n## Steps\n\n| began (UTC) | took | step | what | how it went |\n|---|---|---|---|---|\n";
  for (const auto& act : told.history.acts) {
    std::string went = actName(act);
    if (!act.found.empty()) went += ": " + act.found;
    text += fmt::format("| {} | {} | {}{} | {} | {} |\n", core::formatUtc(act.began),
                        act.ended ? core::formatDuration(*act.ended - act.began) : "",
                        act.abort ? "back " : "", act.path, plain(titleOf(told, act)), plain(went));
  }
  if (told.history.acts.empty()) text += "| | | | no step was begun | |\n";
  return text;
}

std::string peopleOf(const Told& told) {
  std::string text = "\n## Who, when\n\n";
  for (const auto& each : told.history.attempts) {
    text += fmt::format("- {}: {} by {} on {}, process {}, until {}\n", core::formatUtc(each.began),
                        each.mode, plain(each.person), plain(each.host), each.pid,
                        core::formatUtc(each.last));
  }
  for (const auto& event : told.history.events) {
    text += fmt::format("- {}: {} by {}: {}\n", core::formatUtc(event.time), event.type,
                        plain(event.person), plain(event.text));
  }
  return text;
}

std::string beforeOf(const Told& told) {
  std::string text;
  for (const auto& act : told.history.acts) {
    if (act.before.empty() || act.act == History::Act::Kind::closed) continue;
    text +=
        fmt::format("- {} {}: {}\n", act.path, plain(titleOf(told, act)), plain(act.before.dump()));
  }
  return text.empty() ? text : "\n## As it was before\n\n" + text;
}

}  // namespace

std::string titleOf(const Told& told, const step::History::Act& act) {
  const auto& titles = act.abort ? told.abort_titles : told.titles;
  const auto found = titles.find(act.path);
  return found == titles.end() ? act.kind : found->second;
}

const char* actName(const step::History::Act& act) {
  if (!act.ended) return "not ended";
  switch (act.act) {
    case History::Act::Kind::applied:
      return "done";
    case History::Act::Kind::opened:
      return "opened";
    case History::Act::Kind::closed:
      return "closed";
    case History::Act::Kind::held_already:
      return "held already";
  }
  return "done";
}

std::string markdown(const Told& told) {
  return headOf(told) + list("Facts", told.run.plan.facts) + timelineOf(told) +
         list("Measured", told.run.results) + peopleOf(told) + beforeOf(told) +
         fmt::format("\n## What can be done\n\n{}\n", told.way_back);
}

}  // namespace commands
