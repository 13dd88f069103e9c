#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/service/certificate.hpp"
#include "lib/service/questions.hpp"

namespace service {
namespace {

using core::Outcome;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// "/django-version" or "/results/0/name": a JSON pointer (RFC 6901).
std::string atPath(const std::string& body, const std::string& path) {
  const auto json = core::Json::parse(body, nullptr, false);
  if (json.is_discarded()) {
    throw core::Error(core::Kind::failed_check,
                      "the body is no JSON: " + core::printable(body.substr(0, 60)));
  }
  try {
    const auto& value = json.at(core::Json::json_pointer(path));
    return value.is_string() ? value.get<std::string>() : value.dump();
  } catch (const core::Json::exception&) {
    throw core::Error(core::Kind::failed_check, "the body has nothing at " + path);
  }
}

/// What speaks against the response; empty if nothing does.
std::string against(const ports::HttpResponse& response, const checks::Arguments& arguments) {
  const int wanted = arguments.number("status", 200);
  if (response.status != wanted) {
    return fmt::format("status {}, wanted {}", response.status, wanted);
  }
  if (arguments.has("header")) {
    const auto found = response.headers.find(lower(arguments.text("header")));
    if (found == response.headers.end()) return "no header " + arguments.text("header");
    const std::string value = arguments.text("header_value", "");
    if (!value.empty() && found->second.find(value) == std::string::npos) {
      return fmt::format("header {} is {}", arguments.text("header"),
                         core::printable(core::redacted(found->second)));
    }
  }
  if (arguments.has("json_path")) {
    const std::string value = atPath(response.body, arguments.text("json_path"));
    const std::string expected = arguments.text("json_value", "");
    if (!expected.empty() && value != expected) {
      return fmt::format("{} is {}, wanted {}", arguments.text("json_path"),
                         core::printable(value.substr(0, 80)), expected);
    }
  }
  const std::string body = arguments.text("body", "");
  if (!body.empty() && response.body.find(body) == std::string::npos) {
    return fmt::format("the body does not have \"{}\"", core::printable(body));
  }
  return {};
}

core::CheckResult askHttp(ports::World& world, const checks::Arguments& arguments) {
  ports::HttpRequest request;
  request.url = arguments.text("url");
  request.limit = std::chrono::milliseconds(arguments.number("limit_ms", 10000));
  // The site's name, for asking one server straight that usually is behind a front end.
  if (arguments.has("host")) request.headers["Host"] = core::Secret(arguments.text("host"));
  core::CheckResult result{"http", request.url, Outcome::pass, {}, {}, {}};
  try {
    const auto response = world.http.send(request);
    result.found = against(response, arguments);
    if (!result.found.empty()) {
      result.outcome = Outcome::fail;
    } else {
      result.found = fmt::format("status {}", response.status);
    }
  } catch (const core::Error& error) {
    const bool answer = error.kind() == core::Kind::unreachable ||
                        error.kind() == core::Kind::timed_out ||
                        error.kind() == core::Kind::failed_check;
    if (!answer) throw;
    result.outcome = Outcome::fail;
    result.found = error.what();
  }
  return result;
}

/// Whose certificate is asked for.
struct Tls {
  std::string host;
  int port = 443;
};

/// Nothing for an address without TLS.
std::optional<Tls> tlsOf(const checks::Arguments& arguments) {
  if (arguments.has("host")) return Tls{arguments.text("host"), arguments.number("port", 443)};
  const std::string url = arguments.text("url", "");
  constexpr std::string_view kFront = "https://";
  if (!url.starts_with(kFront)) return std::nullopt;
  const std::string place = url.substr(kFront.size(), url.find('/', kFront.size()) - kFront.size());
  const auto colon = place.rfind(':');
  if (colon == std::string::npos || place.ends_with(']')) return Tls{place};
  Tls tls{place.substr(0, colon)};
  std::from_chars(place.data() + colon + 1, place.data() + place.size(), tls.port);
  return tls;
}

core::CheckResult askCertificate(ports::World& world, const checks::Arguments& arguments) {
  const auto tls = tlsOf(arguments);
  if (!tls) {
    return {"certificate",
            "certificate of " + core::printable(arguments.text("url", "")),
            Outcome::skip,
            "it is served without TLS",
            {},
            {}};
  }
  const auto& [host, port] = *tls;
  const int days = arguments.number("days", 21);
  const auto end = certificateEnd(world, host, port, arguments.text("name", host));
  const auto left = end - world.clock.now();
  core::CheckResult result{"certificate",
                           fmt::format("certificate of {}:{}", host, port),
                           Outcome::pass,
                           "",
                           fmt::format("at least {} days", days),
                           {}};
  result.found = left < core::Duration::zero() ? "ended " + core::formatDuration(-left) + " ago"
                                               : "ends in " + core::formatDuration(left);
  if (left < std::chrono::hours(24 * days)) result.outcome = Outcome::warn;
  if (left < core::Duration::zero()) result.outcome = Outcome::fail;
  return result;
}

}  // namespace

void addHttp(checks::Kinds& kinds, ports::World& world) {
  kinds.add(
      "http",
      {{"url"},
       {"status", "header", "header_value", "json_path", "json_value", "body", "host", "limit_ms"},
       false,
       [&world](const checks::Arguments& arguments) { return askHttp(world, arguments); }});
  kinds.add("certificate", {{},
                            {"host", "port", "url", "name", "days"},
                            false,
                            [&world](const checks::Arguments& arguments) {
                              return askCertificate(world, arguments);
                            },
                            [](const checks::Arguments& arguments) {
                              if (arguments.has("host") || arguments.has("url")) return;
                              throw core::Error(core::Kind::configuration,
                                                "it would assert nothing", "Give host or url.");
                            }});
}

}  // namespace service
