#include "lib/doctor/doctor.hpp"

#include <fmt/format.h>

#include <iterator>

#include "lib/application/settings.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/outcome.hpp"
#include "lib/service/services.hpp"

namespace doctor {
namespace {

/// The folder, or the nearest one above it that is there.
std::string nearestFolder(ports::Files& files, std::string folder) {
  while (folder.size() > 1 && !files.info(folder)) {
    folder = folder.substr(0, std::max<std::size_t>(folder.rfind('/'), 1));
  }
  return folder;
}

/// Whether the configuration of sotctl and that of the application mean the same database.
core::CheckResult sameDatabase(const config::Instance& instance,
                               const application::Settings& settings) {
  const std::string id = "application.database";
  const std::string subject = "database that the application uses";
  const auto& facts = settings.database;
  std::vector<std::string> differences;
  bool known = true;
  const auto compare = [&](const char* what, const application::Setting& theirs,
                           const std::string& ours) {
    known = known && theirs.value.has_value();
    if (!theirs.value || *theirs.value == ours) return;
    differences.push_back(fmt::format("{} is {} there and {} here", what,
                                      core::shellQuote(*theirs.value), core::shellQuote(ours)));
  };
  const auto& login = instance.database.application;
  compare("name", facts.name, instance.database.name);
  compare("host", facts.host, login.host);
  compare("user", facts.user, login.user);
  auto port = facts.port;
  if (port.value && port.value->empty()) port.value = "5432";
  compare("port", port, std::to_string(login.port));
  if (!differences.empty()) {
    return warned(id, subject, core::join(differences, "; "),
                  "Two names of one host are fine; another database is not. Correct "
                  "[instance." +
                      instance.name + ".database].");
  }
  if (known) return passed(id, subject, "the same as in " + instance.settings);
  return unknown(id, subject, "the application's configuration does not say all of it",
                 "`sotctl config show --origin` names what is missing.");
}

}  // namespace

Results checkHost(ports::World& world, const std::string& state_folder) {
  const std::string subject = "state folder " + state_folder;
  return {checked("host.state", subject, [&] {
    const std::string there = nearestFolder(world.files, state_folder);
    if (!world.files.may(there, 'w') || !world.files.may(there, 'x')) {
      return warned("host.state", subject, world.caller.account + " may not write " + there,
                    "Looking works. Run changing commands as root (sudo).");
    }
    return passed("host.state", subject,
                  there == state_folder ? "writable" : "made by the first run");
  })};
}

Results checkApplication(ports::World& world, const config::Instance& instance) {
  if (instance.root.empty() && instance.settings.empty()) {
    return {skipped("application.settings", "installation", "no root is configured")};
  }
  const auto installation = application::installationOf(instance);
  const auto version = application::installedVersion(world, installation);
  const std::string subject = std::string(config::productName(instance.product)) + " in " +
                              (instance.root.empty() ? instance.settings : instance.root);
  Results results;
  results.push_back(version.value
                        ? passed("application.version", subject, "version " + *version.value)
                        : unknown("application.version", subject, version.why,
                                  "Run this as root, or correct root in the configuration."));
  std::optional<application::Settings> settings;
  const std::string of = "settings of " + instance.name;
  results.push_back(checked("application.settings", of, [&] {
    settings = application::readSettings(world, installation);
    return passed("application.settings", of, settings->how);
  }));
  if (settings) results.push_back(sameDatabase(instance, *settings));
  return results;
}

Results checkServices(ports::World& world, const config::Instance& instance) {
  if (instance.services.empty()) {
    return {unknown("service", "services", "none is configured or was found",
                    "Name them in [[instance." + instance.name +
                        ".service]]: a restore stops and starts them.")};
  }
  Results results;
  service::Services services(world, instance);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& one : instance.services) all.push_back(&one);
  const auto states = services.observeAll(all);
  for (std::size_t at = 0; at < all.size(); ++at) {
    const auto& one = *all[at];
    const std::string subject = fmt::format("service {} ({})", one.name, roleName(one.role));
    const auto& state = states[at];
    switch (state.running) {
      case service::Running::yes:
        results.push_back(passed("service", subject, state.words));
        break;
      case service::Running::no:
        results.push_back(warned("service", subject, state.words,
                                 "`sotctl service start " + one.name + "` starts it."));
        break;
      case service::Running::unknown:
        results.push_back(unknown("service", subject, state.words,
                                  one.manager == config::ServiceManager::systemd
                                      ? "It needs systemd on this host, and a unit of this name."
                                      : "Run this as root, or as the service's account."));
        break;
    }
  }
  return results;
}

Results checkInstance(ports::World& world, const config::Instance& instance) {
  Results all;
  for (auto* part :
       {checkHosts, checkApplication, checkDatabase, checkRedis, checkServices, checkBackup}) {
    Results some = part(world, instance);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace doctor
