#include <fmt/format.h>

#include <charconv>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/inside.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/kinds.hpp"
#include "lib/validation/receiver_script.hpp"

namespace validation {
namespace {

using core::Outcome;

/// What the names of probe objects begin with: by it a later run finds what a killed one left.
constexpr std::string_view kName = "sotctl-probe-";
constexpr const char* kWebhooks = "/api/extras/webhooks/";
constexpr const char* kRules = "/api/extras/event-rules/";
constexpr const char* kObjects = "/api/dcim/manufacturers/";
constexpr const char* kType = "dcim.manufacturer";  // seldom made, and needs nothing but a name

/// Receives one request where the worker is: in its container, or on its host as its account. So
/// nothing has to be let through, and nobody else can reach it.
class Receiver {
 public:
  Receiver(const Site& site, std::string name, core::Duration within)
      : site_(site), name_(std::move(name)), within_(within) {
    const auto outcome = run({"listen", name_, seconds()});
    const std::string port(core::trim(outcome.out));
    std::from_chars(port.data(), port.data() + port.size(), port_);
    if (!outcome.ok() || port_ <= 0) {
      throw core::Error(core::Kind::undetermined,
                        "nothing can listen where the worker runs: " + outcome.inWords(),
                        "It needs a Python of 3.7 or later there.");
    }
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/{}", port_, name_); }
  bool arrived() {
    const auto outcome = run({"collect", name_, seconds(), std::to_string(port_)});
    const auto answer = core::Json::parse(outcome.out, nullptr, false);
    if (outcome.ok() && answer.is_object()) return answer.value("arrived", false);
    throw core::Error(core::Kind::undetermined,
                      "whether it arrived can't be told: " + outcome.inWords());
  }

 private:
  std::string seconds() const {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(within_).count());
  }
  ports::Outcome run(const std::vector<std::string>& words) {
    const config::ServiceSettings* worker = nullptr;
    for (const auto& service : site_.instance.services) {
      if (service.role == config::ServiceRole::worker && worker == nullptr) worker = &service;
    }
    const bool on_host = worker == nullptr || worker->manager != config::ServiceManager::compose;
    const std::string& own = site_.instance.interpreter;
    std::vector<std::string> argv{on_host && !own.empty() ? own : "python3", "-I", "-B", "-c",
                                  kReceiverScript};
    argv.insert(argv.end(), words.begin(), words.end());
    ports::Command command{argv};
    if (worker != nullptr) command = service::insideOf(site_.world, site_.instance, *worker, argv);
    command.mutates = true;
    command.limit =
        std::chrono::duration_cast<std::chrono::milliseconds>(within_) + std::chrono::seconds(15);
    auto& there =
        worker == nullptr ? site_.world : config::worldOf(site_.world, site_.instance, *worker);
    return there.shell.run(command);
  }

  const Site& site_;
  std::string name_;
  core::Duration within_;
  int port_ = 0;
};

std::string idOf(const core::Json& object) {
  const core::Json& id = object.at("id");
  return id.is_string() ? id.get<std::string>() : id.dump();
}

/// Objects that the probe made: gone again when it ends, in the reverse order.
class Made {
 public:
  Made(Api& api, std::string name) : api_(api), name_(std::move(name)) {}
  core::Json add(const char* path, core::Json fields) {
    fields["name"] = name_;
    core::Json object = api_.post(path, {"application/json", fields.dump()});
    paths_.push_back(path + idOf(object) + "/");
    return object;
  }
  /// Errors: the first one; the others are tried all the same.
  void remove() {
    std::exception_ptr first;
    while (!paths_.empty()) {
      const std::string path = paths_.back();
      paths_.pop_back();
      try {
        api_.remove(path);
      } catch (const core::Error&) {
        if (!first) first = std::current_exception();
      }
    }
    if (first) std::rethrow_exception(first);
  }

 private:
  Api& api_;
  std::string name_;
  std::vector<std::string> paths_;
};

/// Whether webhooks are sent by rules of their own: NetBox since 3.7.
bool hasRules(const Site& site, Api& api) {
  return site.instance.product == config::Product::netbox &&
         api.send("GET", std::string(kRules) + "?limit=1").status != 404;
}

/// Removes what probes left that were killed; gives how many.
std::int64_t removeLeftOvers(Api& api, bool rules) {
  std::int64_t count = 0;
  for (const char* path : {kObjects, kRules, kWebhooks}) {
    if (path == kRules && !rules) continue;
    for (const core::Json& one : api.list(fmt::format("{}?q={}&limit=500", path, kName))) {
      if (!one.value("name", std::string()).starts_with(kName)) continue;
      api.remove(path + idOf(one) + "/");
      ++count;
    }
  }
  return count;
}

/// Releases differ in the fields of both; what one does not know is not minded.
void subscribe(Made& made, bool rules, const std::string& url) {
  const core::Json types = core::Json::array({kType});
  const core::Json hook = made.add(kWebhooks, {{"payload_url", url},
                                               {"http_method", "POST"},
                                               {"http_content_type", "application/json"},
                                               {"enabled", true},
                                               {"content_types", types},
                                               {"type_create", true}});
  if (!rules) return;
  made.add(kRules, {{"object_types", types},
                    {"content_types", types},
                    {"type_create", true},
                    {"event_types", core::Json::array({"object_created"})},
                    {"enabled", true},
                    {"action_type", "webhook"},
                    {"action_object_type", "extras.webhook"},
                    {"action_object_id", hook.at("id")}});
}

checks::CheckResult askWebhook(const Site& site, const checks::Arguments& arguments) {
  core::CheckResult result{{}, "webhook", Outcome::unknown, {}, {}, {}};
  Api api(site, arguments);
  if (!api.hasToken()) {
    result.found = "no token is configured to make a webhook with";
    result.hint = fmt::format("Set token in [instance.{}.api].", site.instance.name);
    return result;
  }
  const auto within = arguments.duration("within", std::chrono::seconds(20));
  const bool rules = hasRules(site, api);
  const std::int64_t left = removeLeftOvers(api, rules);
  const std::string name = fmt::format("{}{}-{}", kName, core::compactUtc(site.world.clock.now()),
                                       site.world.caller.pid);
  Receiver receiver(site, name, within);
  Made made(api, name);
  bool arrived = false;
  core::Duration took{};
  try {
    subscribe(made, rules, receiver.url());
    const auto began = site.world.clock.steady();
    std::string slug = name;
    for (char& c : slug) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    made.add(kObjects, {{"slug", slug}});
    arrived = receiver.arrived();
    took = std::chrono::duration_cast<core::Duration>(site.world.clock.steady() - began);
  } catch (...) {
    const std::exception_ptr why = std::current_exception();
    try {
      made.remove();
    } catch (const core::Error&) {
      // The first trouble says more; the next probe removes what is left.
    }
    std::rethrow_exception(why);
  }
  made.remove();
  result.outcome = arrived ? Outcome::pass : Outcome::fail;
  result.found = arrived ? "it was delivered within " + core::formatDuration(took)
                         : "nothing had arrived after " + core::formatDuration(took);
  if (!arrived) result.hint = "A worker sends them: `sotctl service logs` tells why it did not.";
  if (left > 0) {
    result.found +=
        fmt::format("; {} of an earlier probe deleted", core::plural(left, "object", "objects"));
  }
  return {result,
          {{"delivery", std::chrono::duration<double>(took).count(), "s", "", "", "0", ""}}};
}

}  // namespace

void addWebhook(checks::Kinds& kinds, const Site& site) {
  kinds.add("webhook", {{}, {"url", "within"}, true, [site](const checks::Arguments& arguments) {
                          return answered("webhook", [&] { return askWebhook(site, arguments); });
                        }});
}

}  // namespace validation
