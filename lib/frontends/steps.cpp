#include "lib/frontends/steps.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/frontends/balancer.hpp"
#include "lib/service/environment.hpp"
#include "lib/service/probe.hpp"

namespace frontends {
namespace {

using core::Outcome;

constexpr auto kProbeLimit = std::chrono::seconds(5);
constexpr auto kSeen = std::chrono::seconds(30);  // a balancer's own checks need some rounds

/// Waits until `ready`, or the time is over.
void waitFor(ports::World& world, core::Duration limit, const std::function<bool()>& ready) {
  const auto end = world.clock.steady() + limit;
  while (!ready() && world.clock.steady() < end) {
    world.cancellation.check();
    world.clock.sleep(std::chrono::milliseconds(100));
  }
}

/// A question among the steps: what comes next happens only if it is answered with yes.
class Guard : public step::Step {
 public:
  Guard(service::Environment environment, const core::Json& arguments, const char* kind)
      : environment_(environment), kind_(kind), host_(arguments.value("host", std::string())) {}
  step::Shape shape() const override {
    return host_.empty() ? step::Shape::event : step::Shape::goal;
  }
  std::string title() const override {
    return host_.empty() ? "the instance answers as people see it"
                         : fmt::format("frontend {} is healthy, asked straight", host_);
  }
  step::Observation observe(const core::Json* before) override {
    std::vector<config::ProbeSettings> probes;
    for (const auto& probe : environment_.instance.probes) {
      if (probe.host == host_) probes.push_back(probe);
    }
    if (probes.empty()) return nothingToAsk();
    // An event: what is asked before anything was moved tells nothing of what comes.
    if (host_.empty() && before == nullptr) {
      return service::seen(kind_, "instance", Outcome::fail, "to be asked", title());
    }
    for (const auto& answer : service::probe(environment_.world, probes, kProbeLimit)) {
      if (answer.outcome != Outcome::pass) return bad(answer);
    }
    return service::seen(kind_, subject(), Outcome::pass, "it answers", title());
  }
  void apply(const core::Json& before, core::Progress&) override {
    waitFor(environment_.world, kSeen,
            [&] { return observe(&before).verdict == step::Verdict::satisfied; });
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    std::vector<std::string> lines;
    for (const auto& probe : environment_.instance.probes) {
      if (probe.host != host_) continue;
      lines.push_back("curl -sS -o /dev/null -w '%{http_code}\\n' " + core::shellQuote(probe.url) +
                      fmt::format("  # must say {}", probe.status));
    }
    return lines;
  }

 private:
  std::string subject() const { return host_.empty() ? "instance" : "frontend " + host_; }

  step::Observation nothingToAsk() const {
    if (host_.empty()) {
      return service::seen(kind_, subject(), Outcome::warn,
                           "no probe of the instance as people see it is configured");
    }
    return step::blocked(
        {kind_, subject(), Outcome::fail, "no probe of it is configured", title(),
         fmt::format("Add an [[instance.{}.probe]] with url = \"http://{{host}}/login/\".",
                     environment_.instance.name)});
  }

  step::Observation bad(const core::CheckResult& answer) const {
    core::CheckResult result{kind_, subject(), Outcome::fail, answer.found, title(), answer.hint};
    return host_.empty() ? step::observed(std::move(result)) : step::blocked(std::move(result));
  }

  service::Environment environment_;
  const char* kind_;
  std::string host_;  // empty: the instance as people see it
};

class Pooled : public step::Step {
 public:
  Pooled(service::Environment environment, const core::Json& arguments, bool wanted)
      : environment_(environment),
        host_(arguments.at("host").get<std::string>()),
        balancer_(arguments.at("balancer").get<std::string>()),
        wanted_(wanted) {}
  std::string title() const override {
    return fmt::format("{} {} {}", balancer_, wanted_ ? "leads people to" : "leads nobody to",
                       host_);
  }
  step::Observation observe(const core::Json*) override {
    const Member member = balancer()->look(host_);
    const bool well = member.pooled == wanted_ && (!wanted_ || member.healthy);
    return service::seen(kind(), "frontend " + host_, well ? Outcome::pass : Outcome::fail,
                         member.words, title());
  }
  core::Json before() override { return {{"pooled", balancer()->look(host_).pooled}}; }
  void apply(const core::Json&, core::Progress& progress) override {
    progress.say(fmt::format("{}: {} {}", balancer_, host_, wanted_ ? "in" : "out"));
    if (wanted_) {
      balancer()->pool(host_);
    } else {
      balancer()->depool(host_);
    }
    waitFor(environment_.world, kSeen,
            [&] { return observe(nullptr).verdict == step::Verdict::satisfied; });
  }
  step::Compensation compensation(const core::Json& before, step::Purpose) override {
    if (before.at("pooled").get<bool>() == wanted_) return step::Compensation::none();
    return step::Compensation::by({wanted_ ? "frontend.depooled" : "frontend.pooled",
                                   {{"host", host_}, {"balancer", balancer_}}});
  }
  std::vector<std::string> manual() const override { return {balancer()->manual(host_, wanted_)}; }

 private:
  const char* kind() const { return wanted_ ? "frontend.pooled" : "frontend.depooled"; }
  std::unique_ptr<Balancer> balancer() const {
    return makeBalancer(environment_.world, environment_.instance,
                        balancerNamed(environment_.instance, balancer_));
  }

  service::Environment environment_;
  std::string host_;
  std::string balancer_;
  bool wanted_;
};

}  // namespace

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const service::Environment environment{world, instance};
  for (const char* kind : {"frontend.healthy", "frontend.serves"}) {
    registry.add(kind, [environment, kind](const core::Json& arguments) {
      return std::make_unique<Guard>(environment, arguments, kind);
    });
  }
  for (const bool wanted : {true, false}) {
    registry.add(wanted ? "frontend.pooled" : "frontend.depooled",
                 [environment, wanted](const core::Json& arguments) {
                   return std::make_unique<Pooled>(environment, arguments, wanted);
                 });
  }
}

std::vector<step::Spec> switchSteps(const config::Instance& instance,
                                    const std::vector<std::string>& to,
                                    const std::vector<std::string>& away) {
  std::vector<step::Spec> steps;
  const auto move = [&](const char* kind, const std::string& host) {
    for (const auto& balancer : instance.balancers) {
      steps.push_back({kind, {{"host", host}, {"balancer", balancer.name}}});
    }
  };
  for (const std::string& host : to) steps.push_back({"frontend.healthy", {{"host", host}}});
  for (const std::string& host : to) move("frontend.pooled", host);
  steps.push_back({"frontend.serves", {{"after", "in"}}});
  for (const std::string& host : away) {
    steps.push_back({"frontend.spare", {{"host", host}}});
    move("frontend.depooled", host);
  }
  if (!away.empty()) steps.push_back({"frontend.serves", {{"after", "out"}}});
  return steps;
}

}  // namespace frontends
