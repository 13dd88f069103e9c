#include "lib/service/monitoring.hpp"

#include <fmt/format.h>

#include <map>

#include "lib/application/password.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

std::int64_t epoch(core::Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63U];
    }
  }
  return text;
}

/// A text of Icinga's filter language.
std::string quoted(const std::string& text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

core::Json send(ports::World& world, ports::HttpRequest request, const std::string& who) {
  request.limit = std::chrono::seconds(15);
  const auto response = world.http.send(request);
  if (response.status == 401 || response.status == 403) {
    throw core::Error(core::Kind::denied, fmt::format("{} refuses the login", who));
  }
  if (response.status < 200 || response.status > 299) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{} answers with status {}: {}", who, response.status,
                                  core::printable(response.body.substr(0, 200))));
  }
  return core::Json::parse(response.body, nullptr, false);
}

class Icinga : public Monitoring {
 public:
  Icinga(ports::World& world, const core::Json& arguments, const core::Secret& password)
      : world_(world),
        url_(arguments.at("url").get<std::string>()),
        user_(arguments.at("user").get<std::string>()),
        password_(password),
        hosts_(arguments.at("hosts").get<std::vector<std::string>>()) {}

  void place(const std::string& mark, const std::string& comment, core::Time until) override {
    const auto answer = post("/v1/actions/schedule-downtime",
                             {{"type", "Host"},
                              {"filter", filter()},
                              {"all_services", true},
                              {"author", "sotctl"},
                              {"comment", comment + " (" + mark + ")"},
                              {"start_time", epoch(world_.clock.now())},
                              {"end_time", epoch(until)},
                              {"fixed", true}},
                             true);
    if (answer.is_object() && !answer.value("results", core::Json::array()).empty()) return;
    throw core::Error(core::Kind::failed_check,
                      inWords() + " knows none of the hosts " + core::join(hosts_, ", "));
  }

  std::vector<std::string> placed(const std::string& mark) override {
    const auto answer =
        post("/v1/objects/downtimes",
             {{"filter", "match(" + quoted("*(" + mark + ")*") + ", downtime.comment)"}}, false);
    std::vector<std::string> ids;
    if (!answer.is_object()) return ids;
    for (const auto& one : answer.value("results", core::Json::array())) {
      ids.push_back(one.value("name", ""));
    }
    return ids;
  }

  void remove(const std::string& id) override {
    post("/v1/actions/remove-downtime", {{"downtime", id}}, true);
  }

  std::string inWords() const override { return "Icinga at " + url_; }

 private:
  std::string filter() const {
    std::vector<std::string> parts;
    for (const auto& host : hosts_) parts.push_back("host.name==" + quoted(host));
    return core::join(parts, "||");
  }

  core::Json post(const std::string& path, const core::Json& body, bool mutates) {
    ports::HttpRequest request;
    request.method = "POST";
    request.url = url_ + path;
    request.mutates = mutates;
    request.headers["Accept"] = core::Secret("application/json");
    request.headers["Content-Type"] = core::Secret("application/json");
    request.headers["Authorization"] =
        core::Secret("Basic " + base64(user_ + ":" + password_.reveal()));
    // A question with a body: the API takes it by this header.
    if (!mutates) request.headers["X-HTTP-Method-Override"] = core::Secret("GET");
    request.body = body.dump();
    return send(world_, std::move(request), inWords());
  }

  ports::World& world_;
  std::string url_;
  std::string user_;
  core::Secret password_;
  std::vector<std::string> hosts_;
};

class Alertmanager : public Monitoring {
 public:
  Alertmanager(ports::World& world, const core::Json& arguments)
      : world_(world),
        url_(arguments.at("url").get<std::string>()),
        matchers_(arguments.at("matchers").get<std::map<std::string, std::string>>()) {}

  void place(const std::string& mark, const std::string& comment, core::Time until) override {
    core::Json matchers = core::Json::array();
    for (const auto& [name, value] : matchers_) {
      matchers.push_back({{"name", name}, {"value", value}, {"isRegex", false}, {"isEqual", true}});
    }
    ports::HttpRequest request;
    request.method = "POST";
    request.url = url_ + "/api/v2/silences";
    request.mutates = true;
    request.headers["Content-Type"] = core::Secret("application/json");
    request.body = core::Json{{"matchers", std::move(matchers)},
                              {"startsAt", core::formatUtc(world_.clock.now())},
                              {"endsAt", core::formatUtc(until)},
                              {"createdBy", "sotctl"},
                              {"comment", comment + " (" + mark + ")"}}
                       .dump();
    send(world_, std::move(request), inWords());
  }

  std::vector<std::string> placed(const std::string& mark) override {
    ports::HttpRequest request;
    request.url = url_ + "/api/v2/silences";
    const auto answer = send(world_, std::move(request), inWords());
    std::vector<std::string> ids;
    if (!answer.is_array()) {
      throw core::Error(core::Kind::failed_check, inWords() + " does not list its silences");
    }
    for (const auto& one : answer) {
      const bool ended = one.value("status", core::Json::object()).value("state", "") == "expired";
      const bool ours = one.value("comment", "").find("(" + mark + ")") != std::string::npos;
      if (ours && !ended) ids.push_back(one.value("id", ""));
    }
    return ids;
  }

  void remove(const std::string& id) override {
    ports::HttpRequest request;
    request.method = "DELETE";
    request.url = url_ + "/api/v2/silence/" + id;
    request.mutates = true;
    send(world_, std::move(request), inWords());
  }

  std::string inWords() const override { return "Alertmanager at " + url_; }

 private:
  ports::World& world_;
  std::string url_;
  std::map<std::string, std::string> matchers_;
};

config::PasswordReference reference(const core::Json& arguments) {
  using From = config::PasswordReference::From;
  const core::Json& given = arguments.value("password", core::Json::object());
  if (given.contains("file")) return {From::file, given.at("file").get<std::string>()};
  if (given.contains("environment")) {
    return {From::environment, given.at("environment").get<std::string>()};
  }
  return {};
}

}  // namespace

std::unique_ptr<Monitoring> makeMonitoring(ports::World& world, const config::Instance& instance,
                                           const core::Json& arguments) {
  const std::string system = arguments.value("system", "");
  const char* what = system == "alertmanager" ? "matchers" : "hosts";
  if (system != "icinga2" && system != "alertmanager") {
    throw core::Error(core::Kind::configuration,
                      "there is no monitoring system " + core::printable(system),
                      "There are: icinga2, alertmanager.");
  }
  if (arguments.value(what, core::Json()).empty()) {
    throw core::Error(
        core::Kind::configuration,
        fmt::format("a downtime in {} without {} would be for everything", system, what));
  }
  if (system == "alertmanager") return std::make_unique<Alertmanager>(world, arguments);
  return std::make_unique<Icinga>(
      world, arguments, application::resolvePassword(world, instance, reference(arguments)));
}

}  // namespace service
