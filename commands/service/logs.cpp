#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>

#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/application/password.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/service/log.hpp"
#include "lib/service/services.hpp"
#include "lib/service/side_by_side.hpp"

namespace commands {
namespace {

struct ServiceLogsOptions {
  std::vector<std::string> names;
  bool since_restart = false;
  bool errors = false;
  bool follow = false;
  int lines = 200;
};

void bind(Arguments& arguments, ServiceLogsOptions& options) {
  arguments.positional("NAME", options.names, "services; none: all of them");
  arguments.flag("--since-restart", options.since_restart,
                 "only what was written since each service's present start");
  arguments.flag("--errors", options.errors, "only lines that tell of an error");
  arguments.flag("-f,--follow", options.follow, "go on with what is written, until interrupted");
  arguments.option("--lines", "N", options.lines, "the newest N of each service (200)");
}

std::vector<core::Secret> secretsOf(ports::World& world, const config::Instance& instance) {
  std::vector<core::Secret> all;
  for (const auto* reference : {&instance.database.application.password,
                                &instance.database.admin.password, &instance.redis.password}) {
    try {
      all.push_back(application::resolvePassword(world, instance, *reference));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;  // what we can't read, we can't hide
    }
  }
  return all;
}

/// Shows lines, and knows what it has shown.
class Shower {
 public:
  Shower(Context& context, const ServiceLogsOptions& options, std::vector<core::Secret> secrets)
      : context_(context), options_(options), secrets_(std::move(secrets)) {}

  void show(std::vector<service::LogLine> lines) {
    service::sortByTime(lines);
    if (options_.errors) {
      lines.erase(
          std::remove_if(lines.begin(), lines.end(), [](const auto& line) { return !line.error; }),
          lines.end());
    }
    if (lines.empty() && shown_) return;
    shown_ = true;
    std::size_t width = 0;
    for (const auto& line : lines) width = std::max(width, line.service.size());
    std::string text;
    core::Json document{{"lines", core::Json::array()}};
    for (const auto& line : lines) {
      const std::string said = core::redacted(core::printable(line.text), secrets_);
      text += fmt::format("{:<27}  {:<{}}  {}\n", line.at ? core::formatUtc(*line.at) : "",
                          line.service, width, said);
      document["lines"].push_back(
          {{"time", line.at ? core::Json(core::formatUtc(*line.at)) : core::Json(nullptr)},
           {"service", line.service},
           {"error", line.error},
           {"text", said}});
    }
    context_.out().result(document, text);
  }

 private:
  Context& context_;
  const ServiceLogsOptions& options_;
  std::vector<core::Secret> secrets_;
  bool shown_ = false;
};

using service_shared::Chosen;

using RangeOf = std::function<service::LogRange(ports::World&, const config::ServiceSettings&)>;

/// Of all services, hosts side by side. What can't be read is told; if nothing can, it is an error.
std::vector<service::LogLine> readAll(Context& context, const config::Instance& instance,
                                      const Chosen& services, const RangeOf& range) {
  std::vector<std::vector<service::LogLine>> parts(services.size());
  const auto errors =
      service::sideBySide(context.world(), instance, services, {}, [&](std::size_t at) {
        ports::World& there = config::worldOf(context.world(), instance, *services[at]);
        parts[at] = service::readLog(there, *services[at], range(there, *services[at]));
      });
  std::vector<service::LogLine> lines;
  std::size_t failed = 0;
  for (std::size_t at = 0; at < services.size(); ++at) {
    std::move(parts[at].begin(), parts[at].end(), std::back_inserter(lines));
    if (!errors[at]) continue;
    context.out().warn(services[at]->name + ": " + service::inWords(errors[at]));
    ++failed;
  }
  if (failed == services.size()) std::rethrow_exception(errors.front());
  return lines;
}

/// Where the log files end now.
std::map<std::string, service::FilePlace> endsOf(Context& context, const config::Instance& instance,
                                                 const Chosen& services) {
  std::map<std::string, service::FilePlace> places;
  for (const auto* each : services) {
    if (!each->log.empty()) places[each->name];
  }
  service::sideBySide(context.world(), instance, services, {}, [&](std::size_t at) {
    const auto& service = *services[at];
    if (service.log.empty()) return;
    ports::World& there = config::worldOf(context.world(), instance, service);
    places.at(service.name) = service::placeOf(there, service.log).value_or(service::FilePlace{});
  });
  return places;
}

/// Polls: journal and containers since the newest line that was shown, files from where they ended.
void follow(Context& context, const config::Instance& instance, const Chosen& services,
            Shower& shower) {
  std::map<std::string, core::Time> newest;
  for (const auto* each : services) newest[each->name] = context.world().clock.now();
  auto places = endsOf(context, instance, services);
  while (!context.out().readerGone()) {
    context.world().clock.sleep(std::chrono::seconds(1));
    auto lines = readAll(context, instance, services, [&](ports::World&, const auto& service) {
      service::LogRange range;
      range.since = newest.at(service.name) + std::chrono::microseconds(1);
      if (places.contains(service.name)) range.place = places.at(service.name);
      return range;
    });
    places = endsOf(context, instance, services);
    for (const auto& line : lines) {
      if (line.at) newest[line.service] = std::max(newest[line.service], *line.at);
    }
    if (!lines.empty()) shower.show(std::move(lines));
  }
}

int run(Context& context, const ServiceLogsOptions& options) {
  const config::Instance& instance = context.instance(Need::look);
  ports::World& world = context.world();
  const auto services = service_shared::chosen(world, instance, options.names);
  Shower shower(context, options, secretsOf(world, instance));
  const auto range = [&](ports::World&, const config::ServiceSettings& service) {
    service::LogRange wanted;
    if (options.since_restart) {
      wanted =
          service::sinceStart(service::Services(world, instance).observe(service), std::nullopt);
    }
    wanted.newest = options.lines;
    return wanted;
  };
  shower.show(readAll(context, instance, services, range));
  if (options.follow) follow(context, instance, services, shower);
  return 0;
}

}  // namespace

Verb serviceLogs() {
  Verb verb;
  verb.name = "logs";
  verb.summary = "show what services wrote, from journal, containers and files, by time";
  verb.description =
      "Merges the journal of units, the logs of containers and the configured log files of all "
      "hosts by time. Passwords, tokens and keys are shown as ***. Times are UTC.";
  verb.examples = {"sotctl service logs --since-restart --errors",
                   "sotctl service logs netbox-rq -f"};
  verb.exits = {{4, "no such service or instance"},
                {8, "a log may not be read"},
                {13, "no log could be read"}};
  return makeVerb<ServiceLogsOptions>(std::move(verb), bind, run);
}

}  // namespace commands
