#include <fmt/format.h>

#include "commands/operation.hpp"
#include "commands/service/service.hpp"
#include "commands/service/shared.hpp"
#include "lib/backup/pinned.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_held.hpp"

namespace commands {
namespace {

struct ServiceHoldOptions {};
void bind(Arguments&, ServiceHoldOptions&) {}

// The newest sets, so that one of before the damage is among them for sure.
constexpr std::size_t kPinned = 3;

/// Workers, schedulers, and what is configured to spread data.
std::vector<std::string> spreading(Context& context, const config::Instance& instance) {
  service_shared::Chosen all;
  for (const auto& service : instance.services) {
    if (service.spreads || service.role == config::ServiceRole::worker ||
        service.role == config::ServiceRole::scheduler) {
      all.push_back(&service);
    }
  }
  service_shared::leaveMissing(context, all);
  return service_shared::namesOf(all);
}

std::vector<step::Spec> pins(Context& context, const config::Instance& instance) {
  const ports::Caller& caller = context.world().caller;
  backup::Store store(context.world(), instance);
  std::vector<step::Spec> steps;
  for (const auto& set : store.list()) {
    if (steps.size() == kPinned) break;
    if (!set.good() || set.pin) continue;
    steps.push_back(backup::pinnedStep(
        store.folder(), set.id,
        backup::Pin{caller.person, caller.host, "hold: " + context.globals().reason,
                    context.world().clock.now()}));
  }
  return steps;
}

int hold(Context& context, const ServiceHoldOptions&) {
  const config::Instance& instance = context.instance(Need::change);
  if (context.globals().reason.empty()) {
    throw core::Error(core::Kind::usage, "a hold needs a reason",
                      "Others see it in `sotctl status`. Say it with --reason TEXT.");
  }
  Operation operation(context, instance, Operation::Locks::hosts);
  const ports::Caller& caller = context.world().caller;
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = "service hold";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "hosts"}};
  execution.plan.title = "hold what spreads or changes data of " + instance.name;
  service::HoldRecord record{context.globals().reason,
                             caller.person,
                             caller.host,
                             core::formatUtc(context.world().clock.now()),
                             execution.plan.id,
                             {}};
  execution.plan.steps = pins(context, instance);
  execution.plan.steps.insert(
      execution.plan.steps.begin(),
      {"instance.held", service::heldArguments(holdPlaces(context, instance),
                                               spreading(context, instance), record)});
  execution.asks = Asks::yes;
  execution.report = [&](const step::Run&) {
    const auto placed = service_shared::holdOn(context, instance);
    Report report;
    if (!placed) return report;
    report.document["hold"] = service::toJson(*placed);
    report.text = fmt::format("{}\nstopped: {}\n", service::inWords(*placed),
                              placed->stopped.empty() ? "nothing ran that spreads data"
                                                      : core::join(placed->stopped, ", "));
    return report;
  };
  return execute(context, operation, execution);
}

int release(Context& context, const ServiceHoldOptions&) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  const auto placed = service_shared::holdOn(context, instance);
  if (!placed) {
    context.out().result({{"changed", false}, {"hold", nullptr}}, "Already so: nothing is held.\n");
    return 0;
  }
  service_shared::Chosen starts =
      service::Services(context.world(), instance).inOrder(placed->stopped);
  service_shared::leaveMissing(context, starts);
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = "service release";
  execution.plan.instance = instance.name;
  execution.plan.facts = {{"locks", "hosts"}};
  execution.plan.title = "release " + instance.name;
  execution.plan.steps = {{"instance.released",
                           {{"places", service::toJson(holdPlaces(context, instance))},
                            {"services", service_shared::namesOf(starts)}}}};
  execution.introduction = service::inWords(*placed) + "\n";
  execution.asks = Asks::yes;
  execution.report = [started = service_shared::namesOf(starts)](const step::Run&) {
    Report report;
    report.document["started"] = started;
    report.text = fmt::format(
        "released; started: {}\nThe pins on backup sets stay: `sotctl backup "
        "unpin` takes one off.\n",
        started.empty() ? "nothing" : core::join(started, ", "));
    return report;
  };
  return execute(context, operation, execution);
}

std::vector<ExitLine> exits() {
  return {{4, "no such instance"},
          {5, "declined; nothing was changed"},
          {6, "another run is at work or unfinished"},
          {12, "not everything was stopped or started; resume or abort the run"}};
}

}  // namespace

Verb serviceHold() {
  Verb verb;
  verb.name = "hold";
  verb.summary =
      "stop what spreads or changes data: workers, timers, exporters; keep the last sets";
  verb.description =
      "For when data is damaged: stops workers, schedulers and every service that is configured "
      "with spreads = true (exporters, sync jobs, timers), and pins the newest backup sets. The "
      "application goes on serving. The hold is on all hosts of the instance, shows in `sotctl "
      "status`, and neither a start nor a "
      "prune goes past it. A reason is needed.";
  verb.examples = {"sotctl service hold --reason 'bulk edit emptied the DNS zone' --yes"};
  verb.exits = exits();
  return makeVerb<ServiceHoldOptions>(std::move(verb), bind, hold);
}

Verb serviceRelease() {
  Verb verb;
  verb.name = "release";
  verb.summary = "start what a hold stopped, and nothing else";
  verb.description =
      "Starts the services that the hold found running and stopped, and takes the hold away. "
      "`sotctl run undo` places it again.";
  verb.examples = {"sotctl service release --yes"};
  verb.exits = exits();
  return makeVerb<ServiceHoldOptions>(std::move(verb), bind, release);
}

}  // namespace commands
