#pragma once

#include "lib/frontends/balancer.hpp"

namespace frontends {

/// HAProxy by its runtime socket. What is set there lasts until it is restarted.
class Haproxy : public Balancer {
 public:
  Haproxy(ports::World& world, const config::Instance& instance,
          const config::BalancerSettings& settings);
  Member look(const std::string& frontend) override;
  void pool(const std::string& frontend) override;
  void depool(const std::string& frontend) override;
  std::string manual(const std::string& frontend, bool pooled) override;

 private:
  std::string say(const std::string& line, bool mutates);
  void set(const std::string& frontend, const char* state);

  ports::World& world_;
  const config::Instance& instance_;
  const config::BalancerSettings& settings_;
};

}  // namespace frontends
