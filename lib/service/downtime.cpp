#include "lib/service/downtime.hpp"

#include <algorithm>

#include "lib/core/error.hpp"

namespace service {
namespace {

constexpr auto kPause = std::chrono::milliseconds(10);
constexpr auto kLimit = std::chrono::milliseconds(1000);  // of one request

}  // namespace

DowntimeMeter::DowntimeMeter(ports::World& world, const config::Instance& instance)
    : world_(world), instance_(instance) {
  if (instance_.probes.empty()) return;
  const Moment asked = world_.clock.steady();
  if (serves()) last_good_before_ = asked;
  thread_ = std::thread([this] { watch(); });
}

DowntimeMeter::~DowntimeMeter() { stop(); }

void DowntimeMeter::watch() {
  while (!stopped_.load()) {
    const Moment asked = world_.clock.steady();
    if (serves()) {
      if (!seen_bad_) {
        last_good_before_ = asked;
      } else if (!first_good_after_) {
        first_good_after_ = asked;
      }
    } else {
      seen_bad_ = true;
      first_good_after_.reset();
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// As people see it; where only the frontends are asked, one that answers is enough.
bool DowntimeMeter::serves() {
  const auto& probes = instance_.probes;
  const auto common = std::find_if(probes.begin(), probes.end(),
                                   [](const auto& probe) { return probe.host.empty(); });
  if (common != probes.end()) return answers(*common);
  return std::any_of(probes.begin(), probes.end(),
                     [this](const auto& probe) { return answers(probe); });
}

bool DowntimeMeter::answers(const config::ProbeSettings& probe) {
  ports::HttpRequest request;
  request.url = probe.url;
  request.limit = kLimit;
  for (const auto& [name, value] : probe.headers) request.headers[name] = core::Secret(value);
  try {
    return world_.http.send(request).status == probe.status;
  } catch (const core::Error&) {
    return false;
  }
}

std::optional<core::Duration> DowntimeMeter::stop() {
  stopped_.store(true);
  if (thread_.joinable()) thread_.join();
  if (!last_good_before_) return std::nullopt;
  if (!seen_bad_) return core::Duration::zero();
  // The starter may have seen the first good answer between two of ours.
  if (!first_good_after_) {
    const Moment asked = world_.clock.steady();
    if (serves()) first_good_after_ = asked;
  }
  if (!first_good_after_) return std::nullopt;
  return std::chrono::duration_cast<core::Duration>(*first_good_after_ - *last_good_before_);
}

}  // namespace service
