#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"
#include "lib/validation/metrics.hpp"

namespace validation {

Metrics parseMetrics(const std::string& text) {
  Metrics all;
  for (const std::string& raw : core::split(text, '\n')) {
    const std::string line(core::trim(raw));
    if (line.empty() || line[0] == '#') continue;
    // The value stands behind the labels, which may have spaces; a time may stand behind it.
    const auto end = line.rfind('}');
    const auto space = line.find(' ', end == std::string::npos ? 0 : end);
    if (space == std::string::npos) continue;
    const std::string value(core::trim(std::string_view(line).substr(space)));
    all[std::string(core::trim(std::string_view(line).substr(0, space)))] =
        std::strtod(value.c_str(), nullptr);
  }
  return all;
}

std::vector<std::string> metricDifferences(const Metrics& expected, const Metrics& found,
                                           double tolerance) {
  std::vector<std::string> all;
  for (const auto& [name, value] : expected) {
    const auto there = found.find(name);
    if (there == found.end()) {
      all.push_back(core::printable(name) + " is gone");
      continue;
    }
    const double off = std::abs(there->second - value);
    if (off <= std::abs(value) * tolerance / 100.0 || off == 0) continue;
    all.push_back(
        fmt::format("{} is {:g}, expected {:g}", core::printable(name), there->second, value));
  }
  for (const auto& [name, value] : found) {
    if (!expected.contains(name)) all.push_back(core::printable(name) + " is new");
  }
  return all;
}

namespace {

using core::Outcome;

std::string fetch(const Site& site, const checks::Arguments& arguments, const std::string& url) {
  ports::HttpRequest request;
  request.url = urlOf(site, arguments, url);
  const auto response = site.world.http.send(request);
  if (response.status == 200) return response.body;
  throw core::Error(core::Kind::failed_check,
                    fmt::format("{}: {}", core::printable(url), statusInWords(response)));
}

/// Metrics of a page against those of another one (production's) or of a file, by name and label.
checks::CheckResult askMetrics(const Site& site, const checks::Arguments& arguments) {
  return answered("metrics", [&]() -> checks::CheckResult {
    const std::string page = arguments.text("page");
    const std::string other = arguments.text("expected");
    const auto found = parseMetrics(fetch(site, arguments, page));
    const auto expected = parseMetrics(other.starts_with('/') ? site.world.files.read(other)
                                                              : fetch(site, arguments, other));
    core::CheckResult result{{}, "metrics of " + core::printable(page), Outcome::fail, {}, {}, {}};
    if (expected.empty() || found.empty()) {
      result.found = found.empty() ? "there are none" : "there are none to compare with";
      if (!found.empty()) result.outcome = Outcome::unknown;
      return result;
    }
    const auto wrong = metricDifferences(expected, found, arguments.number("tolerance_percent", 5));
    if (wrong.empty()) result.outcome = Outcome::pass;
    result.found = wrong.empty() ? core::plural(static_cast<std::int64_t>(found.size()),
                                                "number is", "numbers are") +
                                       " as expected"
                                 : someOf(wrong);
    return result;
  });
}

}  // namespace

void addMetrics(checks::Kinds& kinds, const Site& site) {
  kinds.add("metrics",
            {{"page", "expected"},
             {"tolerance_percent", "url"},
             false,
             [site](const checks::Arguments& arguments) { return askMetrics(site, arguments); }});
}

}  // namespace validation
