#include "commands/service/shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/operation.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"

namespace commands::service_shared {

Chosen chosen(ports::World& world, const config::Instance& instance,
              const std::vector<std::string>& names) {
  service::Services services(world, instance);
  Chosen meant;
  for (const auto& name : names) {
    const auto some = services.allNamed(name);
    meant.insert(meant.end(), some.begin(), some.end());
  }
  Chosen all;
  for (const auto& service : instance.services) {
    if (names.empty() || std::find(meant.begin(), meant.end(), &service) != meant.end()) {
      all.push_back(&service);
    }
  }
  if (!all.empty()) return all;
  throw core::Error(
      core::Kind::not_found,
      fmt::format("instance {} has no services that are known", instance.name),
      "Name them in [[instance." + instance.name + ".service]] of the configuration.");
}

std::vector<std::string> namesOf(const Chosen& services) {
  std::vector<std::string> names;
  for (const auto* each : services) names.push_back(each->name);
  return names;
}

void leaveMissing(Context& context, Chosen& services) {
  for (auto each = services.begin(); each != services.end();) {
    const std::string& host = (*each)->host;
    if (host.empty() || !context.accepted("unreachable-host:" + host)) {
      ++each;
      continue;
    }
    context.out().warn(fmt::format("{}: left out, as host {} is given up", (*each)->name, host));
    each = services.erase(each);
  }
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
  service::HoldPlaces places = holdPlaces(context, instance);
  if (places.other.empty()) return std::nullopt;
  return service::findHold(context.world(), instance, places);
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
