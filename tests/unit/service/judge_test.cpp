#include "lib/service/judge.hpp"

#include <algorithm>

#include "tests/catch.hpp"

using namespace service;
using core::Outcome;
using namespace std::chrono_literals;

namespace {

const core::Time kNow = *core::parseUtc("2026-11-21T03:00:00Z");

Sight running() {
  Sight sight;
  sight.service.name = "netbox";
  sight.service.unit = "netbox.service";
  sight.service.role = config::ServiceRole::application;
  sight.details.state = {Running::yes, kNow - 1h, 812, "0aa1", "unit is active (running)"};
  sight.details.comes_back = true;
  return sight;
}

/// The line with this id; an empty one if it is not there.
core::CheckResult line(const Sight& sight, const std::string& id) {
  for (const auto& one : judge(sight, kNow)) {
    if (one.id == "service." + id) return one;
  }
  return {};
}

}  // namespace

TEST_CASE("a service that is well has one line") {
  CHECK(judge(running(), kNow).size() == 1);
  CHECK(line(running(), "state").outcome == Outcome::pass);
}

TEST_CASE("each thing that is wrong with a service is said in words") {
  struct Case {
    const char* id;
    const char* words;
    void (*spoil)(Sight&);
  };
  const std::vector<Case> cases{
      {"loop", "crash-looping", [](Sight& s) { s.details.looping = true; }},
      {"start-limit", "start limit hit", [](Sight& s) { s.details.start_limit_hit = true; }},
      {"masked", "masked", [](Sight& s) { s.details.masked = true; }},
      {"reload", "daemon-reload needed", [](Sight& s) { s.details.reload_needed = true; }},
      {"program", "virtual environment gone",
       [](Sight& s) {
         s.details.program = "/opt/netbox/venv/bin/gunicorn";
         s.details.program_gone = true;
       }},
      {"code", "old code still running", [](Sight& s) { s.old_code = "it is old"; }},
      {"configuration", "a restart does not apply",
       [](Sight& s) { s.details.configuration_stale = true; }},
      {"registered", "worker not registered",
       [](Sight& s) {
         s.registration = Registration{false, "none"};
       }},
      {"reboot", "would not come back after a reboot",
       [](Sight& s) {
         s.details.comes_back = false;
         s.details.comes_back_why = "unit is disabled";
       }},
      {"health", "unhealthy", [](Sight& s) { s.details.health = "unhealthy"; }},
      {"health-test", "always passes",
       [](Sight& s) {
         s.details.health = "healthy";
         s.details.health_test = "CMD true";
       }},
      {"health", "not come to an end", [](Sight& s) { s.details.health = "starting"; }},
  };
  for (const auto& one : cases) {
    CAPTURE(one.words);
    Sight sight = running();
    one.spoil(sight);
    const auto found = line(sight, one.id);
    CHECK(found.found.find(one.words) != std::string::npos);
    CHECK(found.outcome != Outcome::pass);
    CHECK_FALSE(found.hint.empty());
  }
}

TEST_CASE("a health check that asks something is not called empty") {
  Sight sight = running();
  sight.details.health = "healthy";
  sight.details.health_test = "CMD-SHELL curl -f http://localhost:8080/ || exit 1";
  CHECK(line(sight, "health-test").found.empty());
}

TEST_CASE("a stopped service fails, one that a hold stopped does not") {
  Sight sight = running();
  sight.details.state = {Running::no, {}, 0, {}, "unit is failed (exit-code)"};
  CHECK(line(sight, "state").outcome == Outcome::fail);
  sight.held = true;
  CHECK(line(sight, "state").outcome == Outcome::skip);
}

TEST_CASE("a worker whose registration can't be seen is unknown, not missing") {
  Sight sight = running();
  sight.registration = Registration{{}, "no Redis is known"};
  CHECK(line(sight, "registered").outcome == Outcome::unknown);
}
