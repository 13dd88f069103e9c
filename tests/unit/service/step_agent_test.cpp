#include "lib/service/step_agent.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;
using step::Verdict;

namespace {

constexpr const char* kLock = "/var/lib/puppet/state/agent_disabled.lock";

/// Puppet's agent, as its commands show it.
struct Agent {
  Agent() {
    fake.shell.on("puppet config print agent_disabled_lockfile")
        .says(std::string(kLock) + "\n")
        .always();
  }
  void takesOrders() {
    fake.shell.on("puppet agent --disable *").does([this](const auto& command, const auto&) {
      disable(command.argv.back());
      return ports::Outcome{};
    });
    fake.shell.on("puppet agent --enable").does([this](const auto&, const auto&) {
      fake.files.remove(kLock);
      return ports::Outcome{};
    });
  }
  void disable(const std::string& why) {
    fake.files.put(kLock, core::Json{{"disabled_message", why}}.dump());
  }
  AgentDisabled step() {
    return {Environment{fake.world(), instance},
            {{"host", ""}, {"seconds", 600}, {"reason", "upgrade"}, {"run", "R1"}}};
  }
  fakes::FakeWorld fake;
  config::Instance instance;
  core::NoProgress progress;
};

}  // namespace

TEST_CASE("Puppet's agent is disabled with a reason, expires by itself, and is enabled again") {
  Agent agent;
  agent.takesOrders();
  agent.fake.shell.on("systemctl stop --no-ask-password -- sotctl-agent-R1.timer").times(2);
  agent.fake.shell.on(
      "systemd-run * --unit=sotctl-agent-R1 --on-active=600s -- puppet agent --enable");
  auto step = agent.step();
  CHECK(step.observe(nullptr).verdict == Verdict::needed);
  const auto before = step.before();
  step.apply(before, agent.progress);
  CHECK_THAT(agent.fake.files.text(kLock), Contains("upgrade (sotctl run R1)"));
  CHECK(step.observe(nullptr).verdict == Verdict::satisfied);
  step.close(before, agent.progress);
  CHECK_FALSE(agent.fake.files.info(kLock));
  CHECK(step.observeClosed(before).verdict == Verdict::satisfied);
}

TEST_CASE("an agent that somebody else disabled is left as it is") {
  Agent agent;
  agent.disable("do not touch, ada");
  auto step = agent.step();
  CHECK(step.observe(nullptr).verdict == Verdict::satisfied);
  const auto before = step.before();
  step.apply(before, agent.progress);
  step.close(before, agent.progress);
  CHECK_THAT(agent.fake.files.text(kLock), Contains("ada"));
}

TEST_CASE("an agent that no timer would enable again is not disabled") {
  Agent agent;
  agent.fake.shell.on("systemctl stop *");
  agent.fake.shell.on("systemd-run *").exits(1).complains("no bus");
  auto step = agent.step();
  CHECK_THROWS_WITH(step.apply(step.before(), agent.progress), Contains("no timer"));
  CHECK_FALSE(agent.fake.files.info(kLock));
}

TEST_CASE("where there is no Puppet there is nothing to disable") {
  fakes::FakeWorld fake;
  fake.shell.on("puppet *").fails({core::Kind::not_found, "no program puppet"}).times(2);
  config::Instance instance;
  AgentDisabled step(Environment{fake.world(), instance},
                     {{"host", ""}, {"seconds", 600}, {"reason", "x"}, {"run", "R1"}});
  CHECK(step.observe(nullptr).verdict == Verdict::satisfied);
  CHECK(step.before()["enabled"] == false);
}
