#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/checks/sheet.hpp"
#include "lib/checks/valid_text.hpp"

namespace checks {
namespace {

using core::Outcome;

/// A label's value: backslash, quote and line feed are escaped.
std::string value(const std::string& text) {
  std::string out;
  for (const char c : validText(text)) {
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string labels(const Sheet& sheet, const Finished& line) {
  return fmt::format(R"(instance_name="{}",checklist="{}",check="{}")", value(sheet.instance),
                     value(sheet.name), value(line.result.id));
}

std::string head(const char* name, const char* help) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
}

}  // namespace

std::string prometheus(const Sheet& sheet) {
  // The same check twice would be one series twice, which no reader takes.
  std::set<std::string> seen;
  std::vector<const Finished*> lines;
  for (const Finished& line : sheet.lines) {
    if (seen.insert(labels(sheet, line)).second) lines.push_back(&line);
  }
  std::string text =
      head("sotctl_check_outcome", "1 for the outcome that a check had, 0 for the others.");
  for (const Finished* line : lines) {
    for (const Outcome outcome :
         {Outcome::pass, Outcome::warn, Outcome::fail, Outcome::skip, Outcome::unknown}) {
      text += fmt::format("sotctl_check_outcome{{{},outcome=\"{}\"}} {}\n", labels(sheet, *line),
                          core::outcomeName(outcome), line->result.outcome == outcome ? 1 : 0);
    }
  }
  text += head("sotctl_check_seconds", "How long a check took.");
  for (const Finished* line : lines) {
    text += fmt::format("sotctl_check_seconds{{{}}} {:.3f}\n", labels(sheet, *line),
                        std::chrono::duration<double>(line->took).count());
  }
  text += head("sotctl_check_value", "A number that a check measured, in the unit of its label.");
  for (const Finished* line : lines) {
    for (const Measure& measure : line->result.measures) {
      text +=
          fmt::format("sotctl_check_value{{{},name=\"{}\",unit=\"{}\"}} {}\n", labels(sheet, *line),
                      value(measure.name), value(measure.unit), measure.value);
    }
  }
  text += head("sotctl_checklist_ignored", "Findings that are known and were not counted.");
  const std::string whole =
      fmt::format(R"(instance_name="{}",checklist="{}")", value(sheet.instance), value(sheet.name));
  text += fmt::format("sotctl_checklist_ignored{{{}}} {}\n", whole, sheet.ignored());
  text += head("sotctl_checklist_timestamp_seconds", "When the checklist was asked.");
  text += fmt::format(
      "sotctl_checklist_timestamp_seconds{{{}}} {}\n", whole,
      std::chrono::duration_cast<std::chrono::seconds>(sheet.at.time_since_epoch()).count());
  return text;
}

}  // namespace checks
