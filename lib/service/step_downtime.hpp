#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "lib/service/environment.hpp"
#include "lib/service/monitoring.hpp"

namespace service {

/// Bracket `monitoring.downtime` {system, …, minutes or limit_ms, comment, run}: monitoring keeps
/// quiet about the hosts and services that are named, and no others. Ends by itself after
/// `minutes`; while this process lives it is placed anew in time, and so it is when a resume opens
/// it again. Closing removes what this run placed, by id. Arguments of the systems: monitoring.hpp.
/// A monitoring that does not answer is told and does not hold up the rest.
class MonitoringDowntime : public step::Bracket {
 public:
  MonitoringDowntime(Environment environment, core::Json arguments);
  ~MonitoringDowntime() override;
  MonitoringDowntime(const MonitoringDowntime&) = delete;
  MonitoringDowntime& operator=(const MonitoringDowntime&) = delete;
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
  core::Duration length() const;
  /// The new one first, so that there is no gap.
  void placeAnew();
  void extend();
  void stopExtending();

  Environment environment_;
  core::Json arguments_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // the world's Http and Shell are used from it
};

}  // namespace service
