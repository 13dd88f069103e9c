#include "lib/frontends/balancer.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/frontends/command.hpp"
#include "lib/frontends/haproxy.hpp"

namespace frontends {

const config::BalancerSettings& balancerNamed(const config::Instance& instance,
                                              const std::string& name) {
  for (const auto& balancer : instance.balancers) {
    if (balancer.name == name) return balancer;
  }
  throw core::Error(core::Kind::not_found,
                    fmt::format("instance {} has no balancer {}", instance.name, name),
                    fmt::format("Name it in an [[instance.{}.balancer]].", instance.name));
}

std::unique_ptr<Balancer> makeBalancer(ports::World& world, const config::Instance& instance,
                                       const config::BalancerSettings& settings) {
  if (settings.system == "haproxy") return std::make_unique<Haproxy>(world, instance, settings);
  return std::make_unique<CommandBalancer>(world, instance, settings);
}

}  // namespace frontends
