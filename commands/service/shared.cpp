#include "commands/service/shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"

namespace commands::service_shared {

std::vector<const config::ServiceSettings*> chosen(ports::World& world,
                                                   const config::Instance& instance,
                                                   const std::vector<std::string>& names) {
  service::Services services(world, instance);
  for (const auto& name : names) services.named(name);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& service : instance.services) {
    const bool meant =
        names.empty() || std::find(names.begin(), names.end(), service.name) != names.end();
    if (meant) all.push_back(&service);
  }
  if (!all.empty()) return all;
  throw core::Error(
      core::Kind::not_found,
      fmt::format("instance {} has no services that are known", instance.name),
      "Name them in [[instance." + instance.name + ".service]] of the configuration.");
}

std::optional<service::HoldRecord> holdOn(Context& context, const config::Instance& instance) {
  for (const auto& state : stateFolders(context)) {
    try {
      auto hold = service::readHold(context.world().files, service::holdFile(state, instance.name));
      if (hold) return hold;
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::denied) throw;
    }
  }
  return std::nullopt;
}

std::vector<std::string> stateFolders(Context& context) {
  constexpr const char* kSystemState = "/var/lib/sotctl";
  std::vector<std::string> all{context.stateFolder()};
  if (all.front() != kSystemState) all.emplace_back(kSystemState);
  return all;
}

void refuseHeld(Context& context, const config::Instance& instance,
                const std::vector<std::string>& names) {
  const auto hold = holdOn(context, instance);
  if (!hold || context.accepted("held")) return;
  for (const auto& name : names) {
    if (std::find(hold->stopped.begin(), hold->stopped.end(), name) == hold->stopped.end()) {
      continue;
    }
    throw core::Error(core::Kind::refused,
                      fmt::format("service {} is {}", name, service::inWords(*hold)),
                      "`sotctl service release` starts what the hold stopped; --accept held starts "
                      "this one all the same.",
                      "held");
  }
}

}  // namespace commands::service_shared
