#include "lib/service/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

/// "+0100", "+01:00", "Z" or "UTC" as a difference to UTC; nothing where no zone is written.
std::optional<std::chrono::minutes> zoneOf(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.starts_with('Z') || text.starts_with("UTC")) return std::chrono::minutes(0);
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto digit = [&](std::size_t i) { return text[i] - '0'; };
  const std::size_t minutes_at = text[3] == ':' ? 4 : 3;
  if (text.size() < minutes_at + 2) return std::nullopt;
  const int minutes =
      (digit(1) * 10 + digit(2)) * 60 + digit(minutes_at) * 10 + digit(minutes_at + 1);
  return std::chrono::minutes(text[0] == '-' ? -minutes : minutes);
}

/// The forms of time that the products write at the front of a line; without a zone it is this
/// host's.
std::optional<core::Time> timeAtFront(std::string_view line) {
  if (line.starts_with('[')) line.remove_prefix(1);
  if (line.size() < 19) return std::nullopt;
  std::string stamp(line.substr(0, 19));
  stamp[10] = 'T';
  std::size_t at = 19;
  if (at < line.size() && (line[at] == '.' || line[at] == ',')) {
    auto end = at + 1;
    while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
    const auto digits = line.substr(at + 1, std::min<std::size_t>(6, end - at - 1));
    if (!digits.empty()) stamp += "." + std::string(digits);
    at = end;
  }
  const auto utc = core::parseUtc(stamp + "Z");
  if (!utc) return std::nullopt;
  if (const auto zone = zoneOf(line.substr(at))) return *utc - *zone;
  try {
    return core::parseMoment(stamp.substr(0, 19));
  } catch (const core::Error&) {
    return utc;  // an hour that the clock change has twice
  }
}

std::string textOf(const core::Json& message) {
  if (message.is_string()) return message.get<std::string>();
  std::string text;  // not UTF-8: journalctl gives an array of bytes
  if (!message.is_array()) return text;
  for (const auto& byte : message) {
    if (byte.is_number_integer()) text += static_cast<char>(byte.get<int>());
  }
  return text;
}

bool startsTraceback(std::string_view line) {
  return line.find("Traceback (most recent call last)") != std::string_view::npos;
}

/// Marks the last line of a traceback, which names the error, besides its head.
void markTracebacks(std::vector<LogLine>& lines) {
  bool inside = false;
  for (auto& line : lines) {
    if (startsTraceback(line.text)) {
      inside = true;
    } else if (inside && !line.text.starts_with(' ') && !line.text.empty()) {
      line.error = true;
      inside = false;
    }
  }
}

}  // namespace

bool looksLikeError(std::string_view line) {
  constexpr std::array<std::string_view, 5> kLevels{"ERROR", "CRITICAL", "FATAL", "PANIC", "emerg"};
  const auto edge = [&](std::size_t at) {
    if (at >= line.size()) return true;
    const char c = line[at];
    return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_';
  };
  for (const auto level : kLevels) {
    for (auto at = line.find(level); at != std::string_view::npos; at = line.find(level, at + 1)) {
      if ((at == 0 || edge(at - 1)) && edge(at + level.size())) return true;
    }
  }
  return startsTraceback(line) || line.find("level=error") != std::string_view::npos ||
         line.find("[error]") != std::string_view::npos;
}

std::vector<LogLine> parseJournal(std::string_view text, const std::string& service) {
  std::vector<LogLine> lines;
  for (const auto& one : core::split(text, '\n')) {
    if (one.empty()) continue;
    const auto json = core::Json::parse(one, nullptr, false);
    if (!json.is_object() || !json.contains("MESSAGE")) continue;
    LogLine line;
    line.service = service;
    line.text = textOf(json["MESSAGE"]);
    const std::string stamp = json.value("__REALTIME_TIMESTAMP", "");
    std::int64_t microseconds = 0;
    std::from_chars(stamp.data(), stamp.data() + stamp.size(), microseconds);
    line.at = core::Time(std::chrono::microseconds(microseconds));
    constexpr const char* kWorseThanWarning = "0123";
    const std::string priority = json.value("PRIORITY", "6");
    line.error = (!priority.empty() &&
                  std::string(kWorseThanWarning).find(priority[0]) != std::string::npos) ||
                 looksLikeError(line.text);
    lines.push_back(std::move(line));
  }
  markTracebacks(lines);
  return lines;
}

std::vector<LogLine> parseContainerLog(std::string_view text, const std::string& service) {
  std::vector<LogLine> lines;
  for (const auto& one : core::split(text, '\n')) {
    const auto space = one.find(' ');
    if (one.empty()) continue;
    LogLine line;
    line.service = service;
    std::string stamp = one.substr(0, space);
    if (stamp.size() == 30 && stamp.back() == 'Z') stamp.erase(26, 3);  // to microseconds
    line.at = core::parseUtc(stamp);
    line.text = line.at ? (space == std::string::npos ? "" : one.substr(space + 1)) : one;
    line.error = looksLikeError(line.text);
    lines.push_back(std::move(line));
  }
  markTracebacks(lines);
  return lines;
}

std::vector<LogLine> parseFileLog(std::string_view text, const std::string& service) {
  std::vector<LogLine> lines;
  for (const auto& one : core::split(text, '\n')) {
    if (one.empty()) continue;
    lines.push_back({timeAtFront(one), service, one, looksLikeError(one)});
  }
  markTracebacks(lines);
  return lines;
}

void sortByTime(std::vector<LogLine>& lines) {
  std::optional<core::Time> last;
  std::vector<std::pair<core::Time, std::size_t>> order;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0 && lines[i].service != lines[i - 1].service) last.reset();
    if (lines[i].at) last = lines[i].at;
    order.emplace_back(last.value_or(core::Time{}), i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<LogLine> sorted;
  for (const auto& [when, index] : order) sorted.push_back(std::move(lines[index]));
  lines = std::move(sorted);
}

LogRange sinceStart(const ServiceState& state, const std::optional<FilePlace>& place) {
  LogRange range;
  range.since = state.since;
  range.invocation = state.identity;
  range.place = place;
  return range;
}

}  // namespace service
