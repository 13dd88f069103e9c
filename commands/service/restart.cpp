#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>

#include "commands/operation.hpp"
#include "commands/restart_steps.hpp"
#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/age.hpp"
#include "lib/service/services.hpp"
#include "lib/service/side_by_side.hpp"
#include "lib/service/steps.hpp"

namespace commands {
namespace {

using namespace std::chrono_literals;
using namespace service_restart;

void bind(Arguments& arguments, RestartOptions& options) {
  arguments.option("--only", "WHAT", options.only,
                   "app, worker, dependencies (PostgreSQL and Redis), or one service's name");
  arguments.flag("--with-dependencies", options.with_dependencies,
                 "PostgreSQL and Redis too, while the rest is stopped");
  arguments.option("--drain", "DURATION", options.drain,
                   "wait at most this long for running jobs to end (60s; 0s: don't)");
  arguments.option("--kill-after", "DURATION", options.kill_after,
                   "end by force what has not stopped by then");
  arguments.option("--settle", "DURATION", options.settle,
                   "how long all of it must stay up without a restart (5s)");
  arguments.option("--limit", "DURATION", options.limit,
                   "for each stop, each start, and the proof (60s)");
  arguments.option("--if-older-than", "RELEASE|TIME", options.if_older_than,
                   "leave services alone that were started since, or run that release");
  arguments.option("--replace", "FILE=NEW", options.replace,
                   "put the content of NEW into FILE while nothing runs; undo puts it back");
  arguments.option("--wait-for-manager", "DURATION", options.wait_for_manager,
                   "with --replace: where Puppet or the like keeps FILE, print the change to make "
                   "there and wait for it, before anything is stopped");
  arguments.option("--disable-agent", "DURATION", options.disable_agent,
                   "Puppet's agents do nothing meanwhile, at most so long");
  arguments.flag("--recreate", options.recreate,
                 "make containers anew from their files and images, as `up -d` does");
  arguments.flag("--pull", options.pull, "pull the images first; implies --recreate");
  arguments.flag("--build", options.build, "build the images first; implies --recreate");
  arguments.flag("--no-cache", options.no_cache, "with --build: from the ground up");
  arguments.flag("--clear-cache", options.clear_cache,
                 "empty the application's cache in Redis, never the job queue");
  arguments.flag("--rolling", options.rolling,
                 "one frontend after the other, never the last that serves; then the workers");
}

/// The cache's database must be the cache's alone. Errors: refused.
void refuseSharedCache(const config::Instance& instance, const RestartOptions& options) {
  if (!options.clear_cache || instance.redis.cache_database != instance.redis.tasks_database) {
    return;
  }
  throw core::Error(core::Kind::refused,
                    fmt::format("database {} of Redis holds the job queue as well as the cache: "
                                "emptying it would drop queued jobs",
                                instance.redis.cache_database),
                    "Give the cache a database of its own (cache_database of the configuration).");
}

bool isMeant(const config::ServiceSettings& service, const RestartOptions& options) {
  using Role = config::ServiceRole;
  const bool worker = service.role == Role::worker || service.role == Role::scheduler;
  const bool app = service.role == Role::application;
  if (!options.only) return app || worker || (options.with_dependencies && isDependency(service));
  if (*options.only == "app") return app;
  if (*options.only == "worker") return worker;
  if (*options.only == "dependencies") return isDependency(service);
  return service.name == *options.only || service.shared == *options.only;
}

/// In start order. Errors: not_found.
Chosen meant(Context& context, const config::Instance& instance, const RestartOptions& options) {
  Chosen all;
  for (const auto& service : instance.services) {
    if (isMeant(service, options)) all.push_back(&service);
  }
  if (!all.empty()) return all;
  if (options.only && *options.only != "app" && *options.only != "worker" &&
      *options.only != "dependencies") {
    service::Services(context.world(), instance).named(*options.only);
  }
  throw core::Error(
      core::Kind::not_found,
      fmt::format("instance {} has no {} that is known", instance.name,
                  options.only.value_or("application or worker")),
      "Name its services in [[instance." + instance.name + ".service]] of the configuration.");
}

/// What can't be started again must not be stopped. Errors: refused, undetermined.
void refuseHopeless(Context& context, const config::Instance& instance, const Chosen& services) {
  std::map<const config::ServiceSettings*, service::Details> found;
  for (const auto* each : services) found[each];
  const auto errors = service::Services(context.world(), instance)
                          .forEach(services, {}, [&](service::Services& mine, const auto& one) {
                            found.at(&one) = mine.inspect(one);
                          });
  for (std::size_t at = 0; at < services.size(); ++at) {
    const auto* each = services[at];
    if (errors[at]) std::rethrow_exception(errors[at]);
    const auto& details = found.at(each);
    if (details.masked || details.program_gone) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("service {} could not be started again: {}", each->name,
                      details.masked ? "its unit is masked" : details.program + " is not there"),
          "Nothing was stopped. `sotctl service status` says what to do.");
    }
    if (details.state.running != service::Running::unknown || details.looping) continue;
    throw core::Error(core::Kind::undetermined,
                      fmt::format("service {}: {}", each->name, details.state.words),
                      "Run this as root, or correct its entry in the configuration.");
  }
}

/// Takes away those that are new enough; says which.
void leaveYoung(Context& context, const config::Instance& instance, const std::string& limit,
                Chosen& services) {
  const service::AgeLimit older = service::ageLimit(context.world(), instance, limit);
  std::vector<std::string> why(services.size());
  const auto errors =
      service::sideBySide(context.world(), instance, services, {}, [&](std::size_t at) {
        why[at] = service::youngEnough(context.world(), instance, *services[at], older);
      });
  Chosen rest;
  for (std::size_t at = 0; at < services.size(); ++at) {
    if (errors[at]) std::rethrow_exception(errors[at]);
    if (why[at].empty()) {
      rest.push_back(services[at]);
    } else {
      context.out().note(services[at]->name + ": left alone, " + why[at]);
    }
  }
  services = std::move(rest);
}

/// Of a rolling restart each part has its own results: "web1_proof", "web1_downtime_ms".
Report reportOf(const step::Run& run) {
  Report report;
  report.document = run.results;
  report.text = run.plan.title + ": proven\n";
  for (const auto& [key, value] : run.results.items()) {
    if (!key.ends_with("proof")) continue;
    for (const auto& line : value) {
      report.text +=
          fmt::format("  {:<7} {}: {}\n", line.at("outcome").get<std::string>(),
                      line.at("subject").get<std::string>(), line.at("found").get<std::string>());
    }
  }
  constexpr std::string_view kDowntime = "downtime_ms";
  for (const auto& [key, value] : run.results.items()) {
    if (!key.ends_with(kDowntime) || !value.is_number()) continue;
    const std::string part = key.substr(0, key.size() - kDowntime.size());
    report.text += fmt::format(
        "downtime, seen from outside{}: {}\n",
        part.empty() ? "" : ", while " + part.substr(0, part.size() - 1) + " was restarted",
        core::formatDuration(std::chrono::duration_cast<core::Duration>(
            std::chrono::duration<double, std::milli>(value.get<double>()))));
  }
  return report;
}

int runRestart(Context& context, const RestartOptions& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  operation.refuseUnfinished();
  auto services = meant(context, instance, options);
  service_shared::leaveMissing(context, services);
  service_shared::refuseHeld(context, instance, service_shared::namesOf(services));
  if (options.if_older_than) leaveYoung(context, instance, *options.if_older_than, services);
  if (services.empty()) {
    context.out().result({{"changed", false}, {"services", core::Json::array()}},
                         "Already so: nothing to do.\n");
    return 0;
  }
  refuseHopeless(context, instance, services);
  refuseSharedCache(instance, options);
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = "service restart";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "hosts"}};
  execution.plan.title = fmt::format("{} {}", options.rolling ? "rolling restart of" : "restart",
                                     core::join(service_shared::namesOf(services), ", "));
  execution.plan.steps = stepsOf(context, instance, options, services, execution.plan.id);
  execution.report = reportOf;
  execution.plan.steps = service::quietly(instance, execution.plan.title, execution.plan.id,
                                          std::move(execution.plan.steps));
  if (options.disable_agent) {
    const std::string& reason = context.globals().reason;
    execution.plan.steps = service::withoutAgent(
        hostsOf(services), *options.disable_agent, reason.empty() ? execution.plan.title : reason,
        execution.plan.id, std::move(execution.plan.steps));
  }
  return execute(context, operation, execution);
}

}  // namespace

Verb serviceRestart() {
  Verb verb;
  verb.name = "restart";
  verb.summary = "restart in order, and prove that the new code does work";
  verb.description =
      "Looks whether a migration, backup or restore is at work; waits for running jobs; stops "
      "workers and application until nothing of them is left; restarts PostgreSQL and Redis if "
      "asked, each until it serves; starts in the configured order; and proves the success: a new "
      "start of each, stable, probes pass, workers registered after the start, processes of the "
      "current release, no new error lines. Otherwise it ends with 12 and says which lines speak "
      "against it. The downtime is measured from outside. With --rolling one frontend after the "
      "other, "
      "while another one serves, and only if the code of each fits the database's schema. A "
      "restart that was killed in the middle "
      "is shown by `sotctl status`, and `sotctl run resume` starts what is stopped.";
  verb.examples = {"sotctl service restart --yes",
                   "sotctl service restart --only worker --drain 10min",
                   "sotctl service restart --with-dependencies --dry-run",
                   "sotctl service restart --rolling --yes",
                   "sotctl service restart --pull --replace nautobot_config.py=config.new --yes",
                   "sotctl service restart --if-older-than 2026-11-21T04:00 --yes"};
  verb.exits = {
      {0, "restarted and proven, or already so (--if-older-than)"},
      {4, "no such service or instance"},
      {5, "declined, held, something is at work, or a service could not be started again"},
      {6, "another run is at work or unfinished"},
      {12, "restarted and not proven, or not everything is started; the lines say why"},
      {13, "the state of a service can't be seen"}};
  return makeVerb<RestartOptions>(std::move(verb), bind, runRestart);
}

}  // namespace commands
