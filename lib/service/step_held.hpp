#pragma once

#include "lib/service/environment.hpp"
#include "lib/service/hold.hpp"

namespace service {

/// Goal `instance.held` {places, services, reason, person, host, since, run}: these services are
/// stopped, and a file on each host says so. It is there before the first one is stopped, and names
/// those that ran.
class Held : public step::Step {
 public:
  Held(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  HoldPlaces places_;
  std::vector<std::string> names_;
  HoldRecord record_;
};

/// Goal `instance.released` {places, services}: what a hold stopped runs again, and nothing is
/// held. Undone by stopping the same services again, with the record as it was.
class Released : public step::Step {
 public:
  Released(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  HoldPlaces places_;
  std::vector<std::string> names_;
};

/// Arguments of `instance.held`.
core::Json heldArguments(const HoldPlaces& places, const std::vector<std::string>& services,
                         const HoldRecord& record);

}  // namespace service
