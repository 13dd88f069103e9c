#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/checks/sheet.hpp"
#include "lib/core/text.hpp"

namespace checks {
namespace {

using core::Outcome;

/// The description of a test line: one line, no number sign (it would begin a directive).
std::string described(const std::string& text) {
  std::string out;
  for (const char c : core::printable(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// A YAML scalar in double quotes: JSON's form is one.
std::string scalar(const std::string& text) {
  return core::Json(text).dump(-1, ' ', true, core::Json::error_handler_t::replace);
}

std::string block(const Finished& line) {
  std::string text = "  ---\n";
  text += "  outcome: " + std::string(core::outcomeName(line.result.outcome)) + "\n";
  text += "  found: " + scalar(line.result.found) + "\n";
  if (!line.result.wanted.empty()) text += "  wanted: " + scalar(line.result.wanted) + "\n";
  if (!line.result.hint.empty()) text += "  hint: " + scalar(line.result.hint) + "\n";
  return text + "  ...\n";
}

}  // namespace

std::string tap(const Sheet& sheet) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", sheet.lines.size());
  int number = 0;
  for (const Finished& line : sheet.lines) {
    const Outcome outcome = line.result.outcome;
    const bool well = outcome != Outcome::fail && outcome != Outcome::unknown;
    const std::string& id = line.result.id.empty() ? line.result.subject : line.result.id;
    text += fmt::format("{} {} - {}", well ? "ok" : "not ok", ++number,
                        described(id + ": " + line.result.subject));
    if (outcome == Outcome::skip) text += " # SKIP " + described(line.result.found);
    text += "\n";
    if (!well || outcome == Outcome::warn) text += block(line);
  }
  if (sheet.lines.empty()) text += "# nothing was checked\n";
  return text + "# " + core::printable(summary(sheet.results())) + "\n";
}

}  // namespace checks
