#include <fmt/format.h>

#include <algorithm>

#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/questions.hpp"
#include "lib/step/store.hpp"

namespace commands {
namespace {

struct ServiceStatusOptions {
  std::vector<std::string> names;
};

void bind(Arguments& arguments, ServiceStatusOptions& options) {
  arguments.positional("NAME", options.names, "services to look at; none: all of them");
}

/// Of the run that stopped services and died.
void warnOfUnfinished(Context& context, const config::Instance& instance,
                      std::vector<core::CheckResult>& lines) {
  std::optional<step::Marker> marker;
  for (const auto& state : service_shared::stateFolders(context)) {
    try {
      if (!marker) marker = step::RunStore(context.world(), state).marker(instance.name);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::denied) throw;
    }
  }
  if (!marker) return;
  lines.push_back(
      {"run",
       "unfinished run",
       core::Outcome::fail,
       fmt::format("{} ({}) by {} on {} since {}: services may be stopped by it", marker->run,
                   marker->verb, marker->person, marker->host, marker->since),
       {},
       fmt::format("`sotctl run resume {0}` goes on and starts them, `sotctl run abort {0}` starts "
                   "them and ends it.",
                   marker->run)});
}

core::Json lookAtInstance(Context& context, const config::Instance& instance,
                          const ServiceStatusOptions& options,
                          std::vector<core::CheckResult>& lines) {
  ports::World& world = context.world();
  const auto hold = service_shared::holdOn(context, instance);
  const auto chosen = service_shared::chosen(world, instance, options.names);
  auto sights = service::lookAt(world, instance, chosen);
  core::Json services = core::Json::array();
  for (service::Sight& sight : sights) {
    sight.held = hold && std::find(hold->stopped.begin(), hold->stopped.end(),
                                   sight.service.name) != hold->stopped.end();
    core::Json document = service::toJson(sight);
    document["checks"] = checks::toJson(service::judge(sight, world.clock.now()));
    services.push_back(std::move(document));
  }
  for (auto& line : service::judgeFolded(sights, world.clock.now())) {
    lines.push_back(std::move(line));
  }
  const service::Release release = service::releaseOf(world.files, instance);
  if (options.names.empty()) {
    for (auto& result : service::probe(world, instance, std::chrono::seconds(5))) {
      lines.push_back(std::move(result));
    }
    for (auto& result : service::askConfigured(world, instance)) {
      lines.push_back(std::move(result));
    }
  }
  if (hold) {
    lines.push_back({"hold",
                     "hold",
                     core::Outcome::warn,
                     service::inWords(*hold),
                     {},
                     "`sotctl service release` starts what it stopped."});
  }
  warnOfUnfinished(context, instance, lines);
  return {{"name", instance.name},
          {"release", release.root.empty() ? core::Json(nullptr) : core::Json(release.root)},
          {"hold", hold ? service::toJson(*hold) : core::Json(nullptr)},
          {"services", std::move(services)}};
}

int run(Context& context, const ServiceStatusOptions& options) {
  const bool color = context.out().settings().color;
  std::string text;
  std::vector<core::CheckResult> all;
  core::Json document{{"instances", core::Json::array()}};
  for (const config::Instance* instance : context.instances()) {
    std::vector<core::CheckResult> lines;
    document["instances"].push_back(lookAtInstance(context, *instance, options, lines));
    text += out::paint(out::Paint::strong, instance->name, color) + "\n" +
            checks::text(lines, color) + "\n";
    all.insert(all.end(), lines.begin(), lines.end());
  }
  context.world().cancellation.check();
  document["outcome"] = core::outcomeName(checks::worst(all));
  context.out().result(document, text + checks::summary(all) + "\n");
  return checks::exitStatus(all);
}

}  // namespace

Verb serviceStatus() {
  Verb verb;
  verb.name = "status";
  verb.summary = "show each service with its process, and what is wrong with it, in words";
  verb.description =
      "State, since when, main process with account, executable and folder, restarts, health, "
      "ports. Below each service what is wrong: crash-looping, start limit hit, daemon-reload "
      "needed, virtual environment gone, old code still running, worker not registered, would not "
      "come back after a reboot. One form for systemd units, compose services and pid files. "
      "Changes nothing.";
  verb.examples = {"sotctl service status", "sotctl service status netbox-rq -o json"};
  verb.exits = {{3, "the configuration has mistakes"},
                {4, "no such service or instance"},
                {10, "something is not well"},
                {13, "nothing is bad, and something could not be determined"}};
  return makeVerb<ServiceStatusOptions>(std::move(verb), bind, run);
}

}  // namespace commands
