#include "lib/service/inside.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/service/compose.hpp"
#include "lib/service/services.hpp"

namespace service {

ports::Command insideContainer(ports::World& world, const config::ServiceSettings& service,
                               const std::vector<std::string>& argv) {
  Compose compose(world, service);
  for (const auto& one : compose.containers()) {
    if (one.status != "running") continue;
    std::vector<std::string> words{"exec", "-i", one.id};
    words.insert(words.end(), argv.begin(), argv.end());
    return compose.engineCommand(std::move(words));
  }
  throw core::Error(core::Kind::unreachable,
                    fmt::format("no container of service {} is running", service.name),
                    "`sotctl service status` says why.");
}

ports::Command insideOf(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service,
                        const std::vector<std::string>& argv) {
  if (service.manager == config::ServiceManager::compose) {
    return insideContainer(config::worldOf(world, instance, service), service, argv);
  }
  ports::Command command{.argv = argv, .mutates = false};
  command.directory = instance.root;
  if (!instance.root.empty()) command.environment["NAUTOBOT_ROOT"] = core::Secret(instance.root);
  const auto details = Services(world, instance).inspect(service);
  const std::string account = details.process ? details.process->account : service.user;
  const bool elsewhere = &config::worldOf(world, instance, service) != &world;
  if (elsewhere || (world.caller.root() && account != world.caller.account)) command.user = account;
  return command;
}

}  // namespace service
