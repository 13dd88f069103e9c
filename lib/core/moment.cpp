#include "lib/core/moment.hpp"

#include <fmt/format.h>

#include <ctime>
#include <optional>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace core {
namespace {

Error notUnderstood(const std::string& text) {
  return {Kind::usage, fmt::format("\"{}\" is no time", printable(text)),
          "Write 2026-11-21, 2026-11-21T04:00 (this host's time zone), 2026-11-21T03:00:12Z or "
          "2026-11-21T04:00+01:00."};
}

/// What stands before the zone; where the zone begins.
std::tm fields(const std::string& text, std::string& zone) {
  for (const char* form :
       {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* rest = strptime(text.c_str(), form, &parts);
    if (rest == nullptr) continue;
    zone = rest;
    const bool whole = std::string_view(form) == "%Y-%m-%d"
                           ? zone.empty()
                           : zone.empty() || zone == "Z" || zone[0] == '+' || zone[0] == '-';
    if (!whole) continue;
    // strptime() takes the 31st of any month and the second 60.
    std::tm copy = parts;
    timegm(&copy);
    if (copy.tm_mday != parts.tm_mday || copy.tm_sec != parts.tm_sec) break;
    return parts;
  }
  throw notUnderstood(text);
}

/// "+01:00": how far local time is ahead.
std::optional<Duration> offset(const std::string& zone) {
  if (zone == "Z") return Duration::zero();
  if (zone.size() != 6 || zone[3] != ':') return std::nullopt;
  for (const std::size_t i : {1, 2, 4, 5}) {
    if (zone[i] < '0' || zone[i] > '9') return std::nullopt;
  }
  const auto number = [&](std::size_t at) { return (zone[at] - '0') * 10 + zone[at + 1] - '0'; };
  if (number(1) > 14 || number(4) > 59) return std::nullopt;
  const Duration ahead = std::chrono::hours(number(1)) + std::chrono::minutes(number(4));
  return zone[0] == '-' ? -ahead : ahead;
}

/// Every moment that this host's clocks showed so.
std::vector<Time> localMoments(const std::tm& parts) {
  std::vector<Time> moments;
  for (const int summer : {0, 1}) {
    std::tm copy = parts;
    copy.tm_isdst = summer;
    const std::time_t when = mktime(&copy);
    if (copy.tm_hour != parts.tm_hour || copy.tm_min != parts.tm_min) continue;
    const Time moment{std::chrono::seconds(when)};
    if (moments.empty() || moments.front() != moment) moments.push_back(moment);
  }
  return moments;
}

}  // namespace

Time parseMoment(const std::string& text) {
  std::string zone;
  const std::tm parts = fields(text, zone);
  if (!zone.empty()) {
    const auto ahead = offset(zone);
    if (!ahead) throw notUnderstood(text);
    std::tm copy = parts;
    return Time(std::chrono::seconds(timegm(&copy))) - *ahead;
  }
  const std::vector<Time> moments = localMoments(parts);
  if (moments.size() == 1) return moments.front();
  throw Error(Kind::usage,
              fmt::format("{} in this host's time zone: the clocks were changed {}",
                          moments.empty() ? "there is no " + text : text + " was twice",
                          moments.empty() ? "past it" : "back then"),
              "Give it in UTC, with Z behind it.");
}

std::string formatBoth(Time time) {
  const std::string utc = formatUtc(std::chrono::floor<std::chrono::seconds>(time));
  return fmt::format("{} ({}Z)", formatLocal(time), utc.substr(0, utc.find('.')));
}

}  // namespace core
