#include <fmt/format.h>

#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(120);

/// A stopped server whose folder says what it will be when somebody starts it: an init system, a
/// configuration manager, a person who doesn't know.
class HeldBack : public step::Step {
 public:
  HeldBack(Environment environment, const core::Json& arguments, bool held)
      : environment_(environment), node_(arguments.at("node").get<std::string>()), held_(held) {}

  std::string title() const override {
    return held_ ? fmt::format("node {} would take no writes, whoever starts it", node_)
                 : fmt::format("node {} takes writes once it is started", node_);
  }

  step::Observation observe(const core::Json*) override {
    const Node node = environment_.look(node_);
    if (node.answers()) {
      const bool as_wanted = (node.role == Role::standby) == held_;
      // Before its stop nothing is held back; afterwards a writable one is a danger.
      if (!as_wanted && held_) return step::observed(look(Outcome::skip, "after the stop"));
      return step::observed(look(as_wanted ? Outcome::pass : Outcome::fail, roleName(node.role)));
    }
    const bool held = Server(environment_, environment_.node(node_)).heldBack();
    return step::observed(look(held == held_ ? Outcome::pass : Outcome::fail,
                               held ? "standby.signal is there" : "standby.signal is not there"));
  }

  void apply(const core::Json&, core::Progress&) override {
    Server server(environment_, environment_.node(node_));
    if (held_) return server.holdBack();
    if (server.running()) server.stop(kLimit);
    server.letLead();
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    if (!held_) return step::Compensation::none();
    return step::Compensation::by({"node.let_lead", {{"node", node_}}});
  }
  std::vector<std::string> manual() const override {
    const std::string file =
        core::shellQuote(environment_.node(node_).data + "/standby.signal") + "  # on " + node_;
    return {(held_ ? "touch " : "rm -f ") + file};
  }

 private:
  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check(held_ ? "node.held_back" : "node.let_lead", "node " + node_, outcome, found,
                 title());
  }

  Environment environment_;
  std::string node_;
  bool held_;
};

}  // namespace

void registerHeldBack(step::Registry& registry, const Environment& environment) {
  for (const bool held : {true, false}) {
    registry.add(held ? "node.held_back" : "node.let_lead",
                 [environment, held](const core::Json& arguments) {
                   return std::make_unique<HeldBack>(environment, arguments, held);
                 });
  }
}

}  // namespace cluster
