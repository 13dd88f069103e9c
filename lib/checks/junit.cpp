#include <fmt/format.h>

#include <algorithm>

#include "lib/checks/sheet.hpp"
#include "lib/checks/valid_text.hpp"

namespace checks {
namespace {

using core::Outcome;

/// Text or attribute value of XML 1.0: what may not be in a document at all (control characters,
/// bytes that are no UTF-8) becomes a question mark.
std::string xml(const std::string& text) {
  std::string out;
  for (const char c : validText(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f ? '?' : c;
    }
  }
  return out;
}

std::string seconds(core::Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

std::string said(const core::CheckResult& result) {
  std::string text = result.found;
  if (!result.wanted.empty()) text += "\nwanted: " + result.wanted;
  if (!result.hint.empty()) text += "\n" + result.hint;
  return text;
}

std::string body(const Finished& line) {
  const core::CheckResult& result = line.result;
  const auto element = [&](const char* name, const char* type) {
    return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", name,
                       xml(result.found), type, xml(said(result)));
  };
  switch (result.outcome) {
    case Outcome::fail:
      return element("failure", "fail");
    case Outcome::unknown:
      return element("error", "unknown");
    case Outcome::skip:
      return fmt::format("      <skipped message=\"{}\"/>\n", xml(result.found));
    case Outcome::warn:
      return fmt::format("      <system-out>warning: {}</system-out>\n", xml(said(result)));
    case Outcome::pass:
      break;
  }
  return fmt::format("      <system-out>{}</system-out>\n", xml(result.found));
}

std::ptrdiff_t count(const Sheet& sheet, Outcome outcome) {
  return std::count_if(sheet.lines.begin(), sheet.lines.end(),
                       [&](const Finished& line) { return line.result.outcome == outcome; });
}

}  // namespace

std::string junit(const Sheet& sheet) {
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\"", sheet.lines.size(),
                  count(sheet, Outcome::fail), count(sheet, Outcome::unknown), seconds(sheet.took));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"sotctl\" {}>\n", counts);
  const std::string suite = sheet.name.empty() ? "checks" : sheet.name;
  text +=
      fmt::format("  <testsuite name=\"{}\" {} skipped=\"{}\" hostname=\"{}\" timestamp=\"{}\">\n",
                  xml(suite), counts, count(sheet, Outcome::skip), xml(sheet.host),
                  core::formatUtc(sheet.at).substr(0, 19));
  for (const Finished& line : sheet.lines) {
    const std::string name = line.result.subject.empty() ? line.result.id : line.result.subject;
    text += fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\">\n",
                        xml(line.result.id.empty() ? name : line.result.id + ": " + name),
                        xml(suite + (sheet.instance.empty() ? "" : "." + sheet.instance)),
                        seconds(line.took));
    text += body(line) + "    </testcase>\n";
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace checks
