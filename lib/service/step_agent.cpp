#include "lib/service/step_agent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

constexpr const char* kKind = "agent.disabled";
// Where the vendor's packages put it; Debian's is in the path.
constexpr const char* kVendors = "/opt/puppetlabs/bin/puppet";

}  // namespace

AgentDisabled::AgentDisabled(Environment environment, const core::Json& arguments)
    : environment_(environment),
      host_(arguments.at("host").get<std::string>()),
      length_(arguments.at("seconds").get<std::int64_t>()),
      reason_(arguments.at("reason").get<std::string>()),
      run_(arguments.at("run").get<std::string>()) {}

std::string AgentDisabled::title() const {
  return fmt::format("Puppet's agent{} is disabled, for {} at most",
                     host_.empty() ? "" : " on " + host_, core::formatDuration(length_));
}

ports::World& AgentDisabled::there() const {
  return config::worldOf(environment_.world, environment_.instance, host_);
}

std::string AgentDisabled::timer() const { return "sotctl-agent-" + run_; }

std::string AgentDisabled::message() const {
  return fmt::format("{} (sotctl run {})", core::printable(reason_), run_);
}

bool AgentDisabled::ours(const std::string& why) const {
  return why.ends_with(fmt::format("(sotctl run {})", run_));
}

ports::Outcome AgentDisabled::puppet(std::vector<std::string> words, bool mutates) const {
  const bool vendors = there().files.info(kVendors).has_value();
  words.insert(words.begin(), vendors ? kVendors : "puppet");
  return there().shell.run({.argv = std::move(words), .limit = 60s, .mutates = mutates});
}

std::optional<std::string> AgentDisabled::disabled() const {
  const auto asked = puppet({"config", "print", "agent_disabled_lockfile"}, false);
  const std::string file(core::trim(asked.out));
  if (!asked.ok() || !file.starts_with('/')) {
    throw core::Error(core::Kind::undetermined,
                      "puppet does not say where it notes that it is disabled: " + asked.inWords());
  }
  if (!there().files.info(file)) return std::nullopt;
  const auto json = core::Json::parse(there().files.read(file), nullptr, false);
  return json.is_object() ? json.value("disabled_message", "") : "";
}

step::Observation AgentDisabled::observe(const core::Json*) {
  try {
    const auto why = disabled();
    return seen(kKind, "Puppet", why ? core::Outcome::pass : core::Outcome::fail,
                why ? "disabled: " + core::printable(*why) : "enabled", title());
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
    return seen(kKind, "Puppet", core::Outcome::pass, "there is no Puppet");
  }
}

core::Json AgentDisabled::before() {
  try {
    const auto why = disabled();
    return {{"enabled", !why || ours(*why)}};
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
    return {{"enabled", false}};
  }
}

/// The timer first: an agent that nothing would enable again is worse than one that runs.
void AgentDisabled::apply(const core::Json& before, core::Progress&) {
  if (!before.at("enabled").get<bool>()) return;
  const bool vendors = there().files.info(kVendors).has_value();
  there().shell.run(
      {.argv = {"systemctl", "stop", "--no-ask-password", "--", timer() + ".timer"}, .limit = 10s});
  const auto timed = there().shell.run(
      {.argv = {"systemd-run", "--quiet", "--no-ask-password", "--unit=" + timer(),
                fmt::format("--on-active={}s", length_.count()), "--",
                vendors ? kVendors : "puppet", "agent", "--enable"},
       .limit = 20s});
  if (!timed.ok()) {
    throw core::Error(core::Kind::failed_check,
                      "no timer would enable Puppet's agent again: " + timed.inWords());
  }
  const auto outcome = puppet({"agent", "--disable", message()}, true);
  if (!outcome.ok()) {
    throw core::Error(core::Kind::failed_check,
                      "Puppet's agent could not be disabled: " + outcome.inWords());
  }
}

step::Observation AgentDisabled::observeClosed(const core::Json& before) {
  if (!before.at("enabled").get<bool>()) {
    return seen(kKind, "Puppet", core::Outcome::pass, "left as it was");
  }
  const auto why = disabled();
  const bool done = !why || !ours(*why);
  return seen(kKind, "Puppet", done ? core::Outcome::pass : core::Outcome::fail,
              done ? "enabled again" : "disabled: " + core::printable(*why), "enabled again");
}

void AgentDisabled::close(const core::Json& before, core::Progress&) {
  if (!before.at("enabled").get<bool>()) return;
  if (const auto why = disabled(); why && ours(*why)) {
    const auto outcome = puppet({"agent", "--enable"}, true);
    if (!outcome.ok()) {
      throw core::Error(core::Kind::failed_check,
                        "Puppet's agent could not be enabled: " + outcome.inWords(),
                        fmt::format("The timer {} does it by itself.", timer()));
    }
  }
  there().shell.run(
      {.argv = {"systemctl", "stop", "--no-ask-password", "--", timer() + ".timer"}, .limit = 10s});
}

std::vector<std::string> AgentDisabled::manual() const {
  return {"puppet agent --disable " + core::shellQuote(message())};
}

std::vector<std::string> AgentDisabled::manualClose() const { return {"puppet agent --enable"}; }

}  // namespace service
