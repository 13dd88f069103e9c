#include "lib/service/monitoring.hpp"

#include <fmt/format.h>

#include <map>

#include "lib/application/password.hpp"
#include "lib/core/base64.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

std::int64_t epoch(core::Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
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
        core::Secret("Basic " + core::base64(user_ + ":" + password_.reveal()));
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

/// Programs of the site's own. In their arguments {mark}, {comment}, {minutes} and {id} are
/// replaced.
class ByCommand : public Monitoring {
 public:
  ByCommand(ports::World& world, const core::Json& arguments)
      : world_(world),
        place_(arguments.at("place").get<Argv>()),
        list_(arguments.at("list").get<Argv>()),
        remove_(arguments.at("remove").get<Argv>()) {}

  void place(const std::string& mark, const std::string& comment, core::Time until) override {
    const auto left = until - world_.clock.now();
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    run(place_, {{"mark", mark}, {"comment", comment}, {"minutes", std::to_string(minutes)}}, true);
  }

  std::vector<std::string> placed(const std::string& mark) override {
    std::vector<std::string> ids;
    for (const auto& line : core::split(run(list_, {{"mark", mark}}, false), '\n')) {
      if (!core::trim(line).empty()) ids.emplace_back(core::trim(line));
    }
    return ids;
  }

  void remove(const std::string& id) override { run(remove_, {{"id", id}}, true); }

  std::string inWords() const override { return place_.front(); }

 private:
  using Argv = std::vector<std::string>;

  std::string run(const Argv& argv, const std::map<std::string, std::string>& values,
                  bool mutates) {
    ports::Command command{.argv = {}, .limit = std::chrono::seconds(30), .mutates = mutates};
    for (const std::string& word : argv) command.argv.push_back(filled(word, values));
    const auto outcome = world_.shell.run(command);
    if (outcome.ok()) return outcome.out;
    throw core::Error(core::Kind::failed_check, argv.front() + ": " + outcome.inWords());
  }

  /// One pass: what a value brings in is not looked at again.
  static std::string filled(const std::string& word,
                            const std::map<std::string, std::string>& values) {
    std::string text;
    for (std::size_t at = 0; at < word.size();) {
      const auto end = word[at] == '{' ? word.find('}', at) : std::string::npos;
      const auto value =
          end == std::string::npos ? values.end() : values.find(word.substr(at + 1, end - at - 1));
      if (value == values.end()) {
        text += word[at++];
      } else {
        text += value->second;
        at = end + 1;
      }
    }
    return text;
  }

  ports::World& world_;
  Argv place_;
  Argv list_;
  Argv remove_;
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

core::Json toJson(const config::PasswordReference& password) {
  using From = config::PasswordReference::From;
  if (password.from == From::file) return {{"file", password.name}};
  if (password.from == From::environment) return {{"environment", password.name}};
  return core::Json::object();
}

}  // namespace

core::Json downtimeArguments(const config::DowntimeSettings& settings, const std::string& comment,
                             const std::string& run) {
  core::Json arguments{{"system", settings.system},
                       {"minutes", settings.minutes},
                       {"comment", comment},
                       {"run", run}};
  if (settings.system == "command") {
    arguments.update(
        {{"place", settings.place}, {"list", settings.list}, {"remove", settings.remove}});
    return arguments;
  }
  arguments["url"] = settings.url;
  if (settings.system == "alertmanager") {
    arguments["matchers"] = settings.matchers;
    return arguments;
  }
  arguments.update({{"user", settings.user},
                    {"password", toJson(settings.password)},
                    {"hosts", settings.hosts}});
  return arguments;
}

std::unique_ptr<Monitoring> makeMonitoring(ports::World& world, const config::Instance& instance,
                                           const core::Json& arguments) {
  const std::string system = arguments.value("system", "");
  if (system == "command") return std::make_unique<ByCommand>(world, arguments);
  const char* what = system == "alertmanager" ? "matchers" : "hosts";
  if (system != "icinga2" && system != "alertmanager") {
    throw core::Error(core::Kind::configuration,
                      "there is no monitoring system " + core::printable(system),
                      "There are: icinga2, alertmanager, command.");
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
