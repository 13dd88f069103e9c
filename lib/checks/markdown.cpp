#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/checks/sheet.hpp"
#include "lib/core/text.hpp"

namespace checks {
namespace {

using core::Outcome;

/// Text without markup of its own, in one line.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : core::printable(text)) {
    if (c == '\\' || c == '`' || c == '*' || c == '_' || c == '<' || c == '[' || c == '|') {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string mark(Outcome outcome) {
  return outcome == Outcome::pass || outcome == Outcome::warn ? "x" : " ";
}

}  // namespace

std::string markdown(const Sheet& sheet) {
  std::string text = fmt::format("# {}\n\n", plain(sheet.title));
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("- {}: {}\n", name, plain(value));
  };
  fact("Instance", sheet.instance);
  fact("Host", sheet.host);
  if (sheet.at != core::Time{}) fact("When", core::formatUtc(sheet.at));
  fact("Run", sheet.run);
  fact("Result", summary(sheet.results()));
  if (sheet.ignored() > 0) fact("Ignored findings", std::to_string(sheet.ignored()));
  text += "\n";
  for (const Finished& line : sheet.lines) {
    const auto& result = line.result;
    text += fmt::format("- [{}] **{}**", mark(result.outcome), plain(result.subject));
    if (result.outcome != Outcome::pass) {
      text += fmt::format(" ({})", core::outcomeName(result.outcome));
    }
    if (!result.found.empty()) text += ": " + plain(result.found);
    text += "\n";
    const bool well = result.outcome == Outcome::pass || result.outcome == Outcome::skip;
    if (!well && !result.wanted.empty()) text += "  - wanted: " + plain(result.wanted) + "\n";
    if (!well && !result.hint.empty()) text += "  - " + plain(result.hint) + "\n";
  }
  return text;
}

}  // namespace checks
