#include <fmt/format.h>

#include <algorithm>

#include "commands/operation.hpp"
#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"
#include "lib/service/age.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_file.hpp"
#include "lib/service/steps.hpp"

namespace commands {
namespace {

using namespace std::chrono_literals;

struct ServiceRestartOptions {
  std::optional<std::string> only;
  bool with_dependencies = false;
  std::optional<core::Duration> drain;
  std::optional<core::Duration> kill_after;
  std::optional<core::Duration> settle;
  std::optional<core::Duration> limit;
  std::optional<std::string> if_older_than;
  std::vector<std::string> replace;
  bool pull = false;
  bool build = false;
  bool no_cache = false;
  bool recreate = false;
  bool clear_cache = false;
};

constexpr core::Duration kDrain = 60s;
constexpr core::Duration kSettle = 5s;

void bind(Arguments& arguments, ServiceRestartOptions& options) {
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
  arguments.flag("--recreate", options.recreate,
                 "make containers anew from their files and images, as `up -d` does");
  arguments.flag("--pull", options.pull, "pull the images first; implies --recreate");
  arguments.flag("--build", options.build, "build the images first; implies --recreate");
  arguments.flag("--no-cache", options.no_cache, "with --build: from the ground up");
  arguments.flag("--clear-cache", options.clear_cache,
                 "empty the application's cache in Redis, never the job queue");
}

/// Splits FILE=NEW at the first "=". Errors: usage.
std::vector<step::Spec> replacements(Context& context, const ServiceRestartOptions& options,
                                     const std::string& run) {
  std::vector<step::Spec> steps;
  const ports::Caller& caller = context.world().caller;
  for (const auto& each : options.replace) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == each.size()) {
      throw core::Error(core::Kind::usage,
                        "--replace " + core::printable(each) + " is not of the form FILE=NEW");
    }
    steps.push_back(service::fileStep(
        context.world().files, caller.absolute(each.substr(0, equals)),
        caller.absolute(each.substr(equals + 1)), run, context.accepted("managed-file")));
  }
  return steps;
}

/// The cache's database must be the cache's alone. Errors: refused.
void refuseSharedCache(const config::Instance& instance, const ServiceRestartOptions& options) {
  if (!options.clear_cache || instance.redis.cache_database != instance.redis.tasks_database) {
    return;
  }
  throw core::Error(core::Kind::refused,
                    fmt::format("database {} of Redis holds the job queue as well as the cache: "
                                "emptying it would drop queued jobs",
                                instance.redis.cache_database),
                    "Give the cache a database of its own (cache_database of the configuration).");
}

bool isDependency(const config::ServiceSettings& service) {
  return service.role == config::ServiceRole::database ||
         service.role == config::ServiceRole::redis;
}

bool isMeant(const config::ServiceSettings& service, const ServiceRestartOptions& options) {
  using Role = config::ServiceRole;
  const bool worker = service.role == Role::worker || service.role == Role::scheduler;
  const bool app = service.role == Role::application;
  if (!options.only) return app || worker || (options.with_dependencies && isDependency(service));
  if (*options.only == "app") return app;
  if (*options.only == "worker") return worker;
  if (*options.only == "dependencies") return isDependency(service);
  return service.name == *options.only;
}

/// In start order. Errors: not_found.
std::vector<const config::ServiceSettings*> meant(Context& context,
                                                  const config::Instance& instance,
                                                  const ServiceRestartOptions& options) {
  std::vector<const config::ServiceSettings*> all;
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
void refuseHopeless(Context& context, const config::Instance& instance,
                    const std::vector<const config::ServiceSettings*>& services) {
  service::Services looker(context.world(), instance);
  for (const auto* each : services) {
    const auto details = looker.inspect(*each);
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
                std::vector<const config::ServiceSettings*>& services) {
  const service::AgeLimit older = service::ageLimit(context.world(), instance, limit);
  services.erase(std::remove_if(services.begin(), services.end(),
                                [&](const auto* each) {
                                  const std::string why =
                                      service::youngEnough(context.world(), instance, *each, older);
                                  if (!why.empty()) {
                                    context.out().note(each->name + ": left alone, " + why);
                                  }
                                  return !why.empty();
                                }),
                 services.end());
}

service::Restart restartOf(Context& context, const config::Instance& instance,
                           const ServiceRestartOptions& options,
                           const std::vector<const config::ServiceSettings*>& services) {
  service::Restart restart;
  std::vector<std::string> all;
  bool workers = false;
  for (const auto* each : services) {
    (isDependency(*each) ? restart.dependencies : restart.users).push_back(each->name);
    all.push_back(each->name);
    workers = workers || each->role == config::ServiceRole::worker;
  }
  restart.drain = workers ? options.drain.value_or(kDrain) : core::Duration::zero();
  restart.kill_after = options.kill_after.value_or(core::Duration::zero());
  restart.settle = options.settle.value_or(kSettle);
  restart.limit = options.limit.value_or(service::kStopLimit);
  restart.busy_accepted = context.accepted("busy");
  if (options.pull) restart.fetch = {"pull"};
  if (options.build) restart.fetch = {"build"};
  if (options.build && options.no_cache) restart.fetch.emplace_back("--no-cache");
  restart.remake = options.recreate || options.pull || options.build;
  restart.clear_cache = options.clear_cache;
  restart.before = service::beforeRestart(context.world(), instance, all);
  return restart;
}

Report reportOf(const step::Run& run) {
  Report report;
  report.document = run.results;
  report.text = run.plan.title + ": proven\n";
  for (const auto& line : run.results.value("proof", core::Json::array())) {
    report.text +=
        fmt::format("  {:<7} {}: {}\n", line.at("outcome").get<std::string>(),
                    line.at("subject").get<std::string>(), line.at("found").get<std::string>());
  }
  const auto downtime = run.results.find("downtime_ms");
  if (downtime != run.results.end() && downtime->is_number()) {
    report.text +=
        fmt::format("downtime, seen from outside: {}\n",
                    core::formatDuration(std::chrono::duration_cast<core::Duration>(
                        std::chrono::duration<double, std::milli>(downtime->get<double>()))));
  }
  return report;
}

int runRestart(Context& context, const ServiceRestartOptions& options) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::host);
  operation.refuseUnfinished();
  auto services = meant(context, instance, options);
  std::vector<std::string> names;
  for (const auto* each : services) names.push_back(each->name);
  service_shared::refuseHeld(context, instance, names);
  if (options.if_older_than) leaveYoung(context, instance, *options.if_older_than, services);
  if (services.empty()) {
    context.out().result({{"changed", false}, {"services", core::Json::array()}},
                         "Already so: nothing to do.\n");
    return 0;
  }
  refuseHopeless(context, instance, services);
  refuseSharedCache(instance, options);
  service::Restart restart = restartOf(context, instance, options, services);
  Execution execution;
  execution.plan.id = operation.store().newId();
  restart.run = execution.plan.id;
  restart.files = replacements(context, options, execution.plan.id);
  execution.plan.verb = "service restart";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "host"}};
  auto all = restart.dependencies;
  all.insert(all.end(), restart.users.begin(), restart.users.end());
  execution.plan.title = "restart " + core::join(all, ", ");
  execution.plan.steps = service::restartSteps(restart);
  execution.report = reportOf;
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
      "against it. The downtime is measured from outside. A restart that was killed in the middle "
      "is shown by `sotctl status`, and `sotctl run resume` starts what is stopped.";
  verb.examples = {"sotctl service restart --yes",
                   "sotctl service restart --only worker --drain 10min",
                   "sotctl service restart --with-dependencies --dry-run",
                   "sotctl service restart --pull --replace nautobot_config.py=config.new --yes",
                   "sotctl service restart --if-older-than 2026-11-21T04:00 --yes"};
  verb.exits = {
      {0, "restarted and proven, or already so (--if-older-than)"},
      {4, "no such service or instance"},
      {5, "declined, held, something is at work, or a service could not be started again"},
      {6, "another run is at work or unfinished"},
      {12, "restarted and not proven, or not everything is started; the lines say why"},
      {13, "the state of a service can't be seen"}};
  return makeVerb<ServiceRestartOptions>(std::move(verb), bind, runRestart);
}

}  // namespace commands
