#pragma once

#include "lib/service/environment.hpp"
#include "lib/service/monitoring.hpp"

namespace service {

/// Bracket `monitoring.downtime` {system, …, minutes, comment, run}: monitoring keeps quiet about
/// the hosts and services that are named, and no others. Ends by itself after `minutes`; opened
/// again, by a resume, it is placed anew. Closing removes what this run placed, by id.
/// Arguments of the systems: monitoring.hpp. A monitoring that does not answer is told and does not
/// hold up the rest.
class MonitoringDowntime : public step::Bracket {
 public:
  MonitoringDowntime(Environment environment, core::Json arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Observation observeClosed(const core::Json& before) override;
  void close(const core::Json& before, core::Progress& progress) override;
  std::vector<std::string> manual() const override;
  std::vector<std::string> manualClose() const override;

 private:
  std::unique_ptr<Monitoring> monitoring() const;
  std::string mark() const;

  Environment environment_;
  core::Json arguments_;
};

}  // namespace service
