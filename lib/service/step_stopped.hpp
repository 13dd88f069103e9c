#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/service/downtime.hpp"
#include "lib/service/environment.hpp"
#include "lib/service/state.hpp"

namespace service {

/// Bracket `services.stopped` {services, limit_ms, kill_after_ms, run, remake}: these services are
/// stopped. With `remake` their containers are made anew before they are started.
/// Opened in reverse order, closed by starting all of them in order, whatever happened in between.
/// The time without service is measured from outside, from the first stop on.
class ServicesStopped : public step::Bracket {
 public:
  ServicesStopped(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Observation observeClosed(const core::Json& before) override;
  void close(const core::Json& before, core::Progress& progress) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;
  std::vector<std::string> manualClose() const override;

 private:
  void measure(core::Progress& progress);
  std::vector<std::pair<std::string, ServiceState>> states() const;

  Environment environment_;
  std::vector<std::string> names_;  // in start order
  core::Duration limit_;
  core::Duration kill_after_;
  std::string run_;
  std::string part_;  // of a rolling restart: which one; empty: all of it, or the rest
  bool remake_;
  std::unique_ptr<DowntimeMeter> meter_;
  std::optional<core::Duration> downtime_;
  bool measured_ = false;
};

/// Event `services.ready` {services, run}: nothing of systemd keeps the stopped services from
/// starting (start limit, unit files that it has not read), and workers may take jobs again.
class ServicesReady : public step::Step {
 public:
  ServicesReady(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override { return "ready to start: limits cleared, unit files read"; }
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::vector<std::string> names_;
  std::string run_;
};

}  // namespace service
