#include "lib/overview/overview.hpp"

#include <fmt/format.h>

#include "lib/application/installation.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/outcome.hpp"
#include "lib/service/hold.hpp"
#include "lib/service/probe.hpp"
#include "lib/service/services.hpp"
#include "lib/step/store.hpp"

namespace overview {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSystemState = "/var/lib/sotctl";

core::CheckResult serviceLine(const config::ServiceSettings& service,
                              const service::ServiceState& state, core::Time now) {
  const std::string id = "service";
  const std::string subject = "service " + service.name;
  switch (state.running) {
    case service::Running::yes:
      return doctor::passed(id, subject,
                            state.since
                                ? fmt::format("running for {}, {}",
                                              core::formatDuration(now - *state.since), state.words)
                                : "running, " + state.words);
    case service::Running::no:
      return doctor::failed(id, subject, "stopped, " + state.words,
                            "`sotctl service start " + service.name + "` starts it.");
    case service::Running::unknown:
      break;
  }
  return doctor::unknown(id, subject, state.words,
                         "Run this as root, or as the account of the service.");
}

void lookAtVersion(ports::World& world, const config::Instance& instance, Overview& to) {
  to.facts["version"] = nullptr;
  if (instance.root.empty()) return;
  const auto version = application::installedVersion(world, application::installationOf(instance));
  if (version.value) {
    to.version = *version.value;
    to.facts["version"] = to.version;
    return;
  }
  to.lines.push_back(doctor::unknown("version", "version", version.why,
                                     "Run this as root, or correct root in the configuration."));
}

}  // namespace

void lookAtServices(ports::World& world, const config::Instance& instance, Overview& to) {
  to.facts["services"] = core::Json::array();
  service::Services services(world, instance);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& service : instance.services) all.push_back(&service);
  const auto states = services.observeAll(all);
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto& service = *all[at];
    const auto& state = states[at];
    to.lines.push_back(serviceLine(service, state, world.clock.now()));
    core::Json fact{{"name", service.name},
                    {"role", config::roleName(service.role)},
                    {"running", state.running == service::Running::unknown
                                    ? core::Json(nullptr)
                                    : core::Json(state.running == service::Running::yes)},
                    {"since", nullptr},
                    {"pid", nullptr}};
    if (state.since) fact["since"] = core::formatUtc(*state.since);
    if (state.pid != 0) fact["pid"] = state.pid;
    to.facts["services"].push_back(std::move(fact));
  }
  if (instance.services.empty()) {
    to.lines.push_back(doctor::unknown(
        "service", "services", "none is configured or was found",
        "Name them in [[instance." + instance.name + ".service]] of the configuration."));
  }
  for (auto& result : service::probe(world, instance, 5s)) to.lines.push_back(std::move(result));
}

void lookAtBackups(ports::World& world, const config::Instance& instance, Overview& to) {
  to.facts["backup"] = nullptr;
  const std::string id = "backup";
  const std::string subject = "newest backup";
  const std::string hint = "Run `sotctl backup create`.";
  to.lines.push_back(doctor::checked(id, subject, [&] {
    const auto sets = backup::Store(world, instance).list();
    std::size_t broken = 0;
    for (const auto& set : sets) {
      if (!set.good()) {
        ++broken;
        continue;
      }
      const auto age = world.clock.now() - set.manifest->taken();
      to.facts["backup"] = {{"set", set.id},
                            {"taken", core::formatUtc(set.manifest->taken())},
                            {"bytes", set.manifest->bytes()},
                            {"sets", sets.size()}};
      std::string words = fmt::format("{}, {} old, {}", set.id, core::formatDuration(age),
                                      core::formatBytes(set.manifest->bytes()));
      if (broken == 0) return doctor::passed(id, subject, words);
      return doctor::warned(id, subject, words + "; newer sets are broken",
                            "`sotctl backup list` says what is wrong with them.");
    }
    if (broken > 0) {
      return doctor::failed(
          id, subject,
          fmt::format("none that can be used; {} broken",
                      core::plural(static_cast<std::int64_t>(broken), "set is", "sets are")),
          "`sotctl backup list` says what is wrong. " + hint);
    }
    return doctor::warned(id, subject, "there is no backup set in " + instance.backup.folder, hint);
  }));
}

void lookAtRuns(ports::World& world, const config::Instance& instance,
                const std::string& state_folder, Overview& to) {
  to.facts["unfinished_run"] = nullptr;
  const std::string id = "run";
  const std::string subject = "unfinished run";
  to.lines.push_back(doctor::checked(id, subject, [&] {
    // An ordinary user's own runs are elsewhere; those that matter on a host are root's.
    auto marker = step::RunStore(world, state_folder).marker(instance.name);
    if (!marker) marker = step::RunStore(world, kSystemState).marker(instance.name);
    if (!marker) return doctor::passed(id, subject, "none");
    to.facts["unfinished_run"] = {{"id", marker->run},        {"verb", marker->verb},
                                  {"person", marker->person}, {"host", marker->host},
                                  {"since", marker->since},   {"reason", marker->reason}};
    return doctor::failed(
        id, subject,
        fmt::format("{} ({}) by {} on {} since {}", marker->run, marker->verb, marker->person,
                    marker->host, marker->since),
        fmt::format("`sotctl run show {0}` tells where it stands; `sotctl run resume {0}` or "
                    "`sotctl run abort {0}` ends it.",
                    marker->run));
  }));
}

void lookAtHold(ports::World& world, const config::Instance& instance,
                const std::string& state_folder, Overview& to) {
  to.facts["hold"] = nullptr;
  try {
    std::optional<service::HoldRecord> hold;
    for (const std::string& state : {state_folder, std::string(kSystemState)}) {
      if (!hold) hold = service::readHold(world.files, service::holdFile(state, instance.name));
    }
    if (!hold) return;
    to.facts["hold"] = service::toJson(*hold);
    to.lines.push_back(doctor::warned("hold", "hold", service::inWords(*hold),
                                      "`sotctl service release` starts what it stopped."));
  } catch (const core::Error& error) {
    // Where the runs can't be looked at either, one line says so.
    if (error.kind() != core::Kind::denied) throw;
  }
}

Overview look(ports::World& world, const config::Instance& instance,
              const std::string& state_folder) {
  Overview overview;
  lookAtVersion(world, instance, overview);
  lookAtDatabase(world, instance, overview);
  lookAtServices(world, instance, overview);
  lookAtHold(world, instance, state_folder, overview);
  lookAtBackups(world, instance, overview);
  lookAtRuns(world, instance, state_folder, overview);
  return overview;
}

}  // namespace overview
