#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Event `service.restarted` {service, limit_ms, kill_after_ms}: a dependency was stopped and
/// started, and serves.
class ServiceRestarted : public step::Step {
 public:
  ServiceRestarted(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override { return "service " + name_ + " was restarted and serves"; }
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  const config::ServiceSettings& service() const;

  Environment environment_;
  std::string name_;
  core::Duration limit_;
  core::Duration kill_after_;
};

}  // namespace service
