#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

core::Json ask(const Site& site, const checks::Arguments& arguments, const std::string& url) {
  ports::HttpRequest request;
  request.url = url;
  request.headers["Accept"] = core::Secret("application/json");
  const std::string file = arguments.text("password_file", "");
  if (!file.empty()) {
    const std::string secret(core::trim(site.world.files.read(file)));
    // libcurl's own form for a login in the address would show it in error texts.
    request.headers["Authorization"] = core::Secret(secret);
  }
  const auto response = site.world.http.send(request);
  if (response.status == 401 || response.status == 403) {
    throw core::Error(core::Kind::denied, statusInWords(response),
                      "password_file must hold a whole Authorization header's value: \"Basic …\".");
  }
  core::Json json = core::Json::parse(response.body, nullptr, false);
  if (response.status != 200 || json.is_discarded()) {
    throw core::Error(core::Kind::undetermined, "the monitor answers: " + statusInWords(response));
  }
  return json;
}

/// Problems of a host and its services at Icinga 2 (API v1), or firing alerts at an Alertmanager
/// (API v2); what somebody has acknowledged or silenced does not count.
checks::CheckResult askMonitor(const Site& site, const checks::Arguments& arguments) {
  const std::string system = arguments.text("system");
  const std::string url = arguments.text("address");
  core::CheckResult result{{}, "monitor " + core::printable(url), Outcome::pass, {}, {}, {}};
  if (url.empty()) {
    result.outcome = Outcome::skip;
    result.found = "no monitoring system is named";
    return result;
  }
  std::vector<std::string> problems;
  std::size_t seen = 0;
  if (system == "icinga2") {
    const std::string host = arguments.text("host", site.world.caller.host);
    const core::Json json = ask(site, arguments, url + "/v1/objects/services?host=" + host);
    for (const core::Json& one : json.value("results", core::Json::array())) {
      ++seen;
      const core::Json& state = one.at("attrs");
      const bool quiet =
          state.value("acknowledgement", 0.0) != 0 || state.value("downtime_depth", 0.0) != 0;
      if (state.value("state", 0.0) == 0 || quiet) continue;
      problems.push_back(core::printable(state.value("name", one.value("name", "?"))));
    }
  } else {
    const std::string filter = arguments.text("filter", "");
    const core::Json json = ask(site, arguments,
                                url + "/api/v2/alerts?active=true&silenced=false&inhibited=false" +
                                    (filter.empty() ? "" : "&filter=" + filter));
    ++seen;
    for (const core::Json& one : json) {
      problems.push_back(
          core::printable(one.value("labels", core::Json::object()).value("alertname", "?")));
    }
  }
  if (seen == 0) {
    result.outcome = Outcome::unknown;
    result.found = "it knows no services of this host";
  } else if (!problems.empty()) {
    result.outcome = Outcome::fail;
    result.found = someOf(problems);
  } else {
    result.found = "every monitor is clear";
  }
  return result;
}

void examine(const checks::Arguments& arguments) {
  const std::string system = arguments.text("system");
  if (system == "icinga2" || system == "alertmanager") return;
  throw core::Error(
      core::Kind::configuration,
      fmt::format("system is \"{}\"; it must be icinga2 or alertmanager", core::printable(system)));
}

}  // namespace

void addMonitors(checks::Kinds& kinds, const Site& site) {
  kinds.add("monitors-clear",
            {{"system", "address"},
             {"host", "filter", "password_file"},
             false,
             [site](const checks::Arguments& arguments) { return askMonitor(site, arguments); },
             examine});
}

}  // namespace validation
