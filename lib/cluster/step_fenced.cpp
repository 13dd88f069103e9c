#include <fmt/format.h>

#include "lib/cluster/fence.hpp"
#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kFenceLimit = std::chrono::seconds(60);
constexpr auto kStopLimit = std::chrono::seconds(30);

class Fenced : public step::Step {
 public:
  Fenced(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        other_(arguments.at("other").get<std::string>()),
        attested_(arguments.value("attested", std::string())) {}

  std::string title() const override {
    return fmt::format("node {} can take no writes any more", node_);
  }

  step::Observation observe(const core::Json* before) override {
    const Fence fence = lookAtFence(environment_, node_, other_, attested_);
    if (fence.outcome == Outcome::pass) {
      proof_ = fence.proof;
      return step::observed(look(Outcome::pass, fence.words()));
    }
    const bool serves = environment_.look(node_).role == Role::primary;
    // Until the other one is promoted, a server that came back has everything: nothing to give up.
    if (serves && environment_.look(other_).role != Role::primary) {
      return step::blocked(look(Outcome::fail, fmt::format("{} takes writes", node_),
                                "Nothing is lost: `sotctl failover status`."));
    }
    if (canAct()) return step::observed(look(Outcome::fail, fence.words()));
    return step::blocked(look(
        Outcome::fail, fence.words(),
        before == nullptr
            ? fmt::format("Power its host off, and type its name when it is asked for "
                          "(answer failover.database.attest), or set fence in the [[node]] {}.",
                          node_)
            : "Cut it off before anything else is done."));
  }

  core::Json before() override {
    const auto& node = environment_.node(node_);
    if (!hostAnswers(environment_, node)) return {{"touched", false}};
    const Server server(environment_, node);
    return {{"touched", true}, {"masked", server.masked()}, {"held", server.heldBack()}};
  }

  void apply(const core::Json&, core::Progress& progress) override {
    const auto& node = environment_.node(node_);
    progress.say("cutting off " + node_);
    if (!node.fence.empty()) runCommand(node);
    if (!hostAnswers(environment_, node)) return;
    Server server(environment_, node);
    server.mask();
    server.crash();
    server.settle(kStopLimit);
    server.holdBack();
  }

  step::Compensation compensation(const core::Json& before, step::Purpose) override {
    if (!before.at("touched").get<bool>()) return step::Compensation::none();
    return step::Compensation::by({"node.unfenced",
                                   {{"node", node_},
                                    {"unmask", !before.at("masked").get<bool>()},
                                    {"let_lead", !before.at("held").get<bool>()}}});
  }
  core::Json results() const override {
    return proof_.empty() ? core::Json::object()
                          : core::Json{{"fence_proof", proof_}, {"fence_attested", attested_}};
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    if (!node.fence.empty()) return {core::shellLine(node.fence)};
    const Server server(environment_, node);
    std::vector<std::string> lines;
    if (!server.unit().empty()) {
      lines.push_back(core::shellLine({"systemctl", "mask", "--", server.unit()}) + "  # on " +
                      node_);
    }
    lines.push_back(
        core::shellLine(
            server.program("pg_ctl", {"--pgdata", node.data, "--mode", "immediate", "stop"}).argv) +
        "  # on " + node_);
    lines.push_back("touch " + core::shellQuote(node.data + "/standby.signal") + "  # on " + node_);
    return lines;
  }

 private:
  bool canAct() const {
    const auto& node = environment_.node(node_);
    return !node.fence.empty() || hostAnswers(environment_, node);
  }

  void runCommand(const config::NodeSettings& node) {
    const auto outcome = environment_.world.shell.run({.argv = node.fence, .limit = kFenceLimit});
    if (!outcome.ok()) {
      throw core::Error(core::Kind::failed_check,
                        fmt::format("{}: {}", core::shellLine(node.fence), outcome.inWords()),
                        "Cut the host off by hand.");
    }
    waitFor(environment_.world, kFenceLimit, [&] {
      return environment_.world.shell
                 .run({.argv = node.fence_status, .limit = kStopLimit, .mutates = false})
                 .out.find(node.fenced) != std::string::npos;
    });
  }

  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("node.fenced", "node " + node_, outcome, found, title(), hint);
  }

  Environment environment_;
  std::string node_;
  std::string other_;
  std::string attested_;
  std::vector<std::string> proof_;
};

/// What a fence left on a host that could be reached. It starts nothing.
class Unfenced : public step::Step {
 public:
  Unfenced(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        unmask_(arguments.at("unmask").get<bool>()),
        let_lead_(arguments.at("let_lead").get<bool>()) {}

  std::string title() const override { return fmt::format("node {} may be started again", node_); }

  step::Observation observe(const core::Json*) override {
    const Server server(environment_, environment_.node(node_));
    const bool held = (unmask_ && server.masked()) || (let_lead_ && server.heldBack());
    return step::observed(check("node.unfenced", "node " + node_,
                                held ? Outcome::fail : Outcome::pass,
                                held ? "it is held back" : "nothing holds it back", title()));
  }
  void apply(const core::Json&, core::Progress&) override {
    Server server(environment_, environment_.node(node_));
    if (unmask_) server.unmask();
    if (let_lead_) server.letLead();
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    const Server server(environment_, node);
    std::vector<std::string> lines;
    if (unmask_ && !server.unit().empty()) {
      lines.push_back(core::shellLine({"systemctl", "unmask", "--", server.unit()}) + "  # on " +
                      node_);
    }
    if (let_lead_) {
      lines.push_back("rm -f " + core::shellQuote(node.data + "/standby.signal") + "  # on " +
                      node_);
    }
    return lines;
  }

 private:
  Environment environment_;
  std::string node_;
  bool unmask_;
  bool let_lead_;
};

}  // namespace

void registerFenced(step::Registry& registry, const Environment& environment) {
  add<Fenced>(registry, "node.fenced", environment);
  add<Unfenced>(registry, "node.unfenced", environment);
}

}  // namespace cluster
