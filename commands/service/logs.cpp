#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>

#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/application/password.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/service/log.hpp"
#include "lib/service/services.hpp"

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

using Chosen = std::vector<const config::ServiceSettings*>;

std::vector<service::LogLine> readAll(
    Context& context, const Chosen& services,
    const std::function<service::LogRange(const config::ServiceSettings&)>& range) {
  std::vector<service::LogLine> lines;
  std::exception_ptr first;
  std::size_t failed = 0;
  for (const auto* each : services) {
    try {
      auto some = service::readLog(context.world(), *each, range(*each));
      std::move(some.begin(), some.end(), std::back_inserter(lines));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      context.out().warn(each->name + ": " + error.what());
      if (!first) first = std::current_exception();
      ++failed;
    }
  }
  if (first && failed == services.size()) std::rethrow_exception(first);
  return lines;
}

/// Polls: journal and containers since the newest line that was shown, files from where they ended.
void follow(Context& context, const Chosen& services, Shower& shower) {
  std::map<std::string, core::Time> newest;
  std::map<std::string, service::FilePlace> places;
  for (const auto* each : services) {
    newest[each->name] = context.world().clock.now();
    if (each->log.empty()) continue;
    places[each->name] =
        service::placeOf(context.world(), each->log).value_or(service::FilePlace{});
  }
  while (!context.out().readerGone()) {
    context.world().clock.sleep(std::chrono::seconds(1));
    auto lines = readAll(context, services, [&](const config::ServiceSettings& service) {
      service::LogRange range;
      range.since = newest[service.name] + std::chrono::microseconds(1);
      if (places.contains(service.name)) range.place = places[service.name];
      return range;
    });
    for (const auto* each : services) {
      if (each->log.empty()) continue;
      if (const auto place = service::placeOf(context.world(), each->log)) {
        places[each->name] = *place;
      }
    }
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
  service::Services looker(world, instance);
  Shower shower(context, options, secretsOf(world, instance));
  shower.show(readAll(context, services, [&](const config::ServiceSettings& service) {
    service::LogRange range;
    if (options.since_restart) range = service::sinceStart(looker.observe(service), std::nullopt);
    range.newest = options.lines;
    return range;
  }));
  if (options.follow) follow(context, services, shower);
  return 0;
}

}  // namespace

Verb serviceLogs() {
  Verb verb;
  verb.name = "logs";
  verb.summary = "show what services wrote, from journal, containers and files, by time";
  verb.description =
      "Merges the journal of units, the logs of containers and the configured log files by time. "
      "Passwords, tokens and keys are shown as ***. Times are UTC.";
  verb.examples = {"sotctl service logs --since-restart --errors",
                   "sotctl service logs netbox-rq -f"};
  verb.exits = {{4, "no such service or instance"},
                {8, "a log may not be read"},
                {13, "no log could be read"}};
  return makeVerb<ServiceLogsOptions>(std::move(verb), bind, run);
}

}  // namespace commands
