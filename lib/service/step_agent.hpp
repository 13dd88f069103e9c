#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Bracket `agent.disabled` {host, seconds, reason, run}: Puppet's agent on a host does nothing
/// meanwhile, so that it neither undoes a change nor restarts a service in the middle. It says why,
/// and is enabled again by a timer of systemd after that time, whatever becomes of us. An agent
/// that somebody else disabled is left as it is. Source: `puppet help agent` (5 to 8): --disable
/// [MESSAGE] writes agent_disabled_lockfile, a JSON object with disabled_message.
class AgentDisabled : public step::Bracket {
 public:
  AgentDisabled(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Observation observeClosed(const core::Json& before) override;
  void close(const core::Json& before, core::Progress& progress) override;
  std::vector<std::string> manual() const override;
  std::vector<std::string> manualClose() const override;

 private:
  ports::World& there() const;
  ports::Outcome puppet(std::vector<std::string> words, bool mutates) const;
  std::string timer() const;
  std::string message() const;
  /// Why the agent is disabled; nothing if it is not.
  std::optional<std::string> disabled() const;
  bool ours(const std::string& why) const;

  Environment environment_;
  std::string host_;
  std::chrono::seconds length_;
  std::string reason_;
  std::string run_;
};

}  // namespace service
