#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace frontends {

/// What a balancer says of one frontend.
struct Member {
  bool pooled = false;   // people are led to it
  bool healthy = false;  // the balancer's own checks pass, as far as it has any
  std::string words;     // its own, for people
};

/// A program that leads people to frontends, asked and told on its host. Borrows everything.
class Balancer {
 public:
  virtual ~Balancer() = default;
  /// Errors: undetermined (it does not say), those of the host's shell.
  virtual Member look(const std::string& frontend) = 0;
  /// Errors: failed_check, with its own words.
  virtual void pool(const std::string& frontend) = 0;
  virtual void depool(const std::string& frontend) = 0;
  /// The same as a line for a shell.
  virtual std::string manual(const std::string& frontend, bool pooled) = 0;
};

/// Errors: not_found (the instance has no such balancer any more).
const config::BalancerSettings& balancerNamed(const config::Instance& instance,
                                              const std::string& name);
std::unique_ptr<Balancer> makeBalancer(ports::World& world, const config::Instance& instance,
                                       const config::BalancerSettings& settings);

/// Of HAProxy's answer to "show servers state BACKEND" (version 1 of that table, HAProxy 1.8 to
/// 3.0): one server. Errors: undetermined (no such table, or no such server). Pure.
Member memberOf(const std::string& table, const std::string& server);

}  // namespace frontends
