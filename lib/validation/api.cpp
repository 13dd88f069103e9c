#include "lib/validation/api.hpp"

#include <fmt/format.h>

#include <set>

#include "lib/application/password.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"

namespace validation {
namespace {

constexpr std::size_t kShown = 160;

bool isHtml(const ports::HttpResponse& response) {
  const auto type = response.headers.find("content-type");
  return type != response.headers.end() && type->second.find("html") != std::string::npos;
}

/// The "detail" of an error, or the front of the body.
std::string wordsOf(const ports::HttpResponse& response) {
  const core::Json json = core::Json::parse(response.body, nullptr, false);
  std::string text = response.body.substr(0, kShown);
  if (json.is_object() && json.contains("detail") && json["detail"].is_string()) {
    text = json["detail"].get<std::string>();
  } else if (isHtml(response)) {
    text = "a page of HTML";
  }
  return core::redacted(core::printable(text));
}

}  // namespace

std::string baseUrl(const Site& site, const checks::Arguments& arguments) {
  std::string url = arguments.text("url", site.outside.url);
  if (url.empty() && !site.instance.probes.empty()) {
    const std::string& probe = site.instance.probes.front().url;
    const auto scheme = probe.find("://");
    if (scheme != std::string::npos) url = probe.substr(0, probe.find('/', scheme + 3));
  }
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) return url;
  throw core::Error(
      core::Kind::undetermined, "the application's address is not known",
      fmt::format("Set url in [instance.{}.api], or name a probe.", site.instance.name));
}

std::string urlOf(const Site& site, const checks::Arguments& arguments, const std::string& path) {
  if (path.starts_with("http://") || path.starts_with("https://")) return path;
  return baseUrl(site, arguments) + (path.starts_with('/') ? "" : "/") + path;
}

std::string statusInWords(const ports::HttpResponse& response) {
  // NetBox itself says 503, in JSON, where no worker runs.
  const bool own = core::Json::parse(response.body, nullptr, false).is_object();
  if ((response.status == 503 || response.status == 502) && !own) {
    return fmt::format("status {}: the web server has nothing behind it that answers",
                       response.status);
  }
  if (response.status >= 300 && response.status < 400) {
    const auto place = response.headers.find("location");
    return fmt::format(
        "status {}: it sends elsewhere, to {}", response.status,
        place == response.headers.end() ? "nowhere" : core::printable(place->second));
  }
  return fmt::format("status {}: {}", response.status, wordsOf(response));
}

Api::Api(const Site& site, const checks::Arguments& arguments)
    : site_(site), base_(baseUrl(site, arguments)) {
  token_ = application::resolvePassword(site.world, site.instance, site.outside.token);
}

ports::HttpResponse Api::send(const std::string& method, const std::string& path, const Body& body,
                              bool mutates) {
  ports::HttpRequest request;
  request.method = method;
  request.url = path.starts_with("http") ? path : base_ + path;
  // The token is for this application alone, whatever an answer names as its next page.
  const bool ours = request.url.starts_with(base_ + "/");
  if (!token_.empty() && ours) {
    request.headers["Authorization"] = core::Secret("Token " + token_.reveal());
  }
  request.headers["Accept"] = core::Secret("application/json");
  if (!body.text.empty()) request.headers["Content-Type"] = core::Secret(body.type);
  request.body = body.text;
  request.limit = std::chrono::seconds(30);
  request.mutates = mutates;
  return site_.world.http.send(request);
}

core::Json Api::json(const std::string& method, const std::string& path, const Body& body,
                     bool mutates) {
  const auto response = send(method, path, body, mutates);
  const std::string what = method + " " + path;
  if (response.status == 401 || response.status == 403) {
    throw core::Error(core::Kind::denied, fmt::format("{}: {}", what, statusInWords(response)),
                      token_.empty()
                          ? fmt::format("Name a token in [instance.{}.api].", site_.instance.name)
                          : "The token must be valid and its user must have the right.");
  }
  if (response.status < 200 || response.status > 299) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{}: {}", what, statusInWords(response)));
  }
  if (response.status == 204) return nullptr;
  core::Json json = core::Json::parse(response.body, nullptr, false);
  if (json.is_discarded()) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{}: status {}, and the body is {}", what, response.status,
                                  isHtml(response) ? "HTML, not JSON" : "no JSON"));
  }
  return json;
}

core::Json Api::get(const std::string& path) { return json("GET", path, {}, false); }

core::Json Api::post(const std::string& path, const Body& body) {
  return json("POST", path, body, true);
}

void Api::remove(const std::string& path) { json("DELETE", path, {}, true); }

std::vector<core::Json> Api::list(const std::string& path, std::size_t most) {
  std::vector<core::Json> all;
  std::set<std::string> seen;
  std::string next = path;
  while (!next.empty()) {
    if (!seen.insert(next).second || all.size() > most) {
      throw core::Error(core::Kind::failed_check,
                        fmt::format("the pages of {} never end ({} objects so far)", path,
                                    core::formatCount(static_cast<std::int64_t>(all.size()))));
    }
    const core::Json page = get(next);
    if (!page.is_object() || !page.contains("results") || !page["results"].is_array()) {
      throw core::Error(core::Kind::failed_check, fmt::format("{} is no list of objects", path));
    }
    for (const core::Json& one : page["results"]) all.push_back(one);
    next = page.contains("next") && page["next"].is_string() ? page["next"].get<std::string>() : "";
  }
  return all;
}

checks::CheckResult answered(const std::string& subject,
                             const std::function<checks::CheckResult()>& ask) {
  try {
    checks::CheckResult result = ask();
    if (result.subject.empty()) result.subject = subject;
    return result;
  } catch (const core::Error& error) {
    const bool answer = error.kind() == core::Kind::unreachable ||
                        error.kind() == core::Kind::timed_out ||
                        error.kind() == core::Kind::failed_check;
    checks::CheckResult result;
    result.subject = subject;
    result.found = error.what();
    result.hint = error.hint();
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::configuration) throw;
    result.outcome = answer ? core::Outcome::fail : core::Outcome::unknown;
    return result;
  }
}

}  // namespace validation
