#include "lib/ports/clock.hpp"

#include <thread>

#include "lib/adapters/clock.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/clock.hpp"
#include "tests/support/kinds.hpp"

using namespace std::chrono_literals;
using support::kindOf;

namespace {

void keepsContract(ports::Clock& clock, core::Cancellation& cancellation) {
  const auto now = clock.now();
  const auto steady = clock.steady();
  CHECK(now > core::parseUtc("2020-01-01T00:00:00Z"));
  clock.sleep(120ms);
  CHECK(clock.steady() - steady >= 120ms);
  CHECK(clock.now() - now >= 100ms);
  clock.sleep(0ms);
  clock.sleep(-5s);
  cancellation.request();
  CHECK(kindOf([&] { clock.sleep(1h); }) == "interrupted");
}

}  // namespace

TEST_CASE("the system's clock keeps the contract of clocks") {
  core::Cancellation cancellation;
  adapters::SystemClock clock(cancellation);
  keepsContract(clock, cancellation);
}

TEST_CASE("the fake clock keeps the contract of clocks") {
  core::Cancellation cancellation;
  fakes::FakeClock clock(cancellation);
  keepsContract(clock, cancellation);
}

TEST_CASE("an interrupt wakes a sleeper") {
  core::Cancellation cancellation;
  adapters::SystemClock clock(cancellation);
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    cancellation.request();
  });
  const auto begun = clock.steady();
  CHECK(kindOf([&] { clock.sleep(1h); }) == "interrupted");
  CHECK(clock.steady() - begun < 2s);
  later.join();
}
