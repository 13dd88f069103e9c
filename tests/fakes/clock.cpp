#include "tests/fakes/clock.hpp"

namespace fakes {

void FakeClock::advance(core::Duration duration) {
  now_ += duration;
  steady_ += duration;
}

void FakeClock::sleep(core::Duration duration) {
  cancellation_.check();
  if (duration > duration.zero()) advance(duration);
  slept_ += duration;
  if (on_sleep_) on_sleep_();
  cancellation_.check();
}

}  // namespace fakes
