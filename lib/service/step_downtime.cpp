#include "lib/service/step_downtime.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

constexpr const char* kKind = "monitoring.downtime";

}  // namespace

MonitoringDowntime::MonitoringDowntime(Environment environment, core::Json arguments)
    : environment_(environment), arguments_(std::move(arguments)) {}

std::unique_ptr<Monitoring> MonitoringDowntime::monitoring() const {
  return makeMonitoring(environment_.world, environment_.instance, arguments_);
}

std::string MonitoringDowntime::mark() const {
  return "sotctl run " + arguments_.at("run").get<std::string>();
}

std::string MonitoringDowntime::title() const {
  return fmt::format("downtime in monitoring ({}), for {} min at most",
                     arguments_.value("system", ""), arguments_.value("minutes", 30));
}

step::Observation MonitoringDowntime::observe(const core::Json*) {
  try {
    const auto ids = monitoring()->placed(mark());
    return seen(kKind, "monitoring", ids.empty() ? core::Outcome::fail : core::Outcome::pass,
                ids.empty() ? "no downtime of this run" : core::join(ids, ", "), title());
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::configuration) throw;
    return seen(kKind, "monitoring", core::Outcome::warn,
                fmt::format("no downtime: {}", error.what()));
  }
}

void MonitoringDowntime::apply(const core::Json&, core::Progress& progress) {
  try {
    placeAnew();
    if (!thread_.joinable()) thread_ = std::thread([this] { extend(); });
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::configuration) throw;
    progress.say(fmt::format("no downtime in monitoring: {}", error.what()));
  }
}

void MonitoringDowntime::placeAnew() {
  const auto quiet = monitoring();
  const auto before = quiet->placed(mark());
  quiet->place(mark(), arguments_.value("comment", "maintenance"),
               environment_.world.clock.now() + length());
  for (const auto& id : before) quiet->remove(id);
}

/// A monitoring that is away now is asked again in half the time; the run is not held up.
void MonitoringDowntime::extend() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, length() / 2, [this] { return over_; })) {
    lock.unlock();
    try {
      placeAnew();
    } catch (const core::Error&) {
    }
    lock.lock();
  }
}

void MonitoringDowntime::stopExtending() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
  over_ = false;
}

MonitoringDowntime::~MonitoringDowntime() { stopExtending(); }

core::Duration MonitoringDowntime::length() const {
  const std::int64_t minutes = arguments_.value("minutes", 30);
  return std::chrono::milliseconds(arguments_.value("limit_ms", minutes * 60'000));
}

step::Observation MonitoringDowntime::observeClosed(const core::Json&) {
  const auto open = observe(nullptr);
  if (open.check.outcome == core::Outcome::warn) return open;
  const bool none = open.check.outcome == core::Outcome::fail;
  return seen(kKind, "monitoring", none ? core::Outcome::pass : core::Outcome::fail,
              none ? "nothing of this run is left" : open.check.found, "nothing of this run");
}

void MonitoringDowntime::close(const core::Json&, core::Progress& progress) {
  stopExtending();
  try {
    const auto quiet = monitoring();
    for (const auto& id : quiet->placed(mark())) quiet->remove(id);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::configuration) throw;
    progress.say(fmt::format("the downtime in monitoring ends by itself: {}", error.what()));
  }
}

std::vector<std::string> MonitoringDowntime::manual() const {
  return {"# place a downtime in " + arguments_.value("system", "") + " at " +
          arguments_.value("url", "")};
}

std::vector<std::string> MonitoringDowntime::manualClose() const {
  return {"# remove the downtime of " + mark() + " in " + arguments_.value("system", "") + " at " +
          arguments_.value("url", "")};
}

}  // namespace service
