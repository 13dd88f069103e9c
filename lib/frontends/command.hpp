#pragma once

#include "lib/frontends/balancer.hpp"

namespace frontends {

/// Three configured commands (a load balancer's own program, confctl): in, out, and which it is.
class CommandBalancer : public Balancer {
 public:
  CommandBalancer(ports::World& world, const config::Instance& instance,
                  const config::BalancerSettings& settings)
      : world_(world), instance_(instance), settings_(settings) {}
  Member look(const std::string& frontend) override;
  void pool(const std::string& frontend) override;
  void depool(const std::string& frontend) override;
  std::string manual(const std::string& frontend, bool pooled) override;

 private:
  std::vector<std::string> filled(std::vector<std::string> argv, const std::string& frontend) const;
  void must(const std::vector<std::string>& argv, const std::string& frontend);

  ports::World& world_;
  const config::Instance& instance_;
  const config::BalancerSettings& settings_;
};

}  // namespace frontends
