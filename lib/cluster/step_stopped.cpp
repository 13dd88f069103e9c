#include <fmt/format.h>

#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(120);

/// How a node is, for a goal that wants it up or down.
core::CheckResult state(const Node& node, const std::string& kind, bool wants_up,
                        const std::string& title) {
  const std::string subject = "node " + node.name();
  if (node.answers()) {
    return check(kind, subject, wants_up ? Outcome::pass : Outcome::fail, roleName(node.role),
                 title);
  }
  if (node.role == Role::stopped) {
    return check(kind, subject, wants_up ? Outcome::fail : Outcome::pass, node.control->state,
                 title);
  }
  return check(kind, subject, Outcome::unknown, node.why, title, "Look at its host.");
}

class Checkpointed : public step::Step {
 public:
  Checkpointed(Environment environment, const core::Json& arguments)
      : environment_(environment), node_(arguments.at("node").get<std::string>()) {}
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override {
    return fmt::format("node {} writes a checkpoint, so that its stop is short", node_);
  }
  step::Observation observe(const core::Json* before) override {
    return step::observed(check("node.checkpointed", "node " + node_,
                                before == nullptr ? Outcome::fail : Outcome::pass,
                                before == nullptr ? "to be written" : "written", title()));
  }
  void apply(const core::Json&, core::Progress& progress) override {
    progress.say("writing a checkpoint on " + node_);
    environment_.connect(node_)->execute("CHECKPOINT");
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    return {"psql -c CHECKPOINT  # on node " + node_};
  }

 private:
  Environment environment_;
  std::string node_;
};

class Started : public step::Step {
 public:
  Started(Environment environment, const core::Json& arguments)
      : environment_(environment), node_(arguments.at("node").get<std::string>()) {}
  std::string title() const override { return fmt::format("node {} answers", node_); }
  step::Observation observe(const core::Json*) override {
    return step::observed(state(environment_.look(node_), "node.started", true, title()));
  }
  void apply(const core::Json&, core::Progress&) override {
    Server(environment_, environment_.node(node_)).start(kLimit);
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    return {Server(environment_, environment_.node(node_)).manualStart()};
  }

 private:
  Environment environment_;
  std::string node_;
};

class Stopped : public step::Step {
 public:
  Stopped(Environment environment, const core::Json& arguments)
      : environment_(environment), node_(arguments.at("node").get<std::string>()) {}
  std::string title() const override {
    return fmt::format("node {} is stopped cleanly, and its sessions are ended", node_);
  }
  step::Observation observe(const core::Json*) override {
    return step::observed(state(environment_.look(node_), "node.stopped", false, title()));
  }
  void apply(const core::Json&, core::Progress& progress) override {
    progress.say("stopping PostgreSQL on " + node_);
    begun_ = environment_.world.clock.now();
    Server(environment_, environment_.node(node_)).stop(kLimit);
  }
  /// From then on nobody could write.
  core::Json results() const override {
    return begun_ ? core::Json{{"stop_began", core::formatUtc(*begun_)}} : core::Json::object();
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::by({"node.started", {{"node", node_}}});
  }
  std::vector<std::string> manual() const override {
    return {Server(environment_, environment_.node(node_)).manualStop()};
  }

 private:
  Environment environment_;
  std::string node_;
  std::optional<core::Time> begun_;
};

/// For a server that is to become a standby: whatever it was, nothing of it runs.
class Down : public step::Step {
 public:
  Down(Environment environment, const core::Json& arguments)
      : environment_(environment), node_(arguments.at("node").get<std::string>()) {}
  std::string title() const override { return fmt::format("no process of node {} runs", node_); }
  step::Observation observe(const core::Json*) override {
    const Node node = environment_.look(node_);
    const auto found = [&](Outcome outcome, const std::string& words) {
      return check("node.down", "node " + node_, outcome, words, title());
    };
    if (node.role == Role::primary) {
      return step::blocked(found(Outcome::fail, "it takes writes"));
    }
    const bool runs = node.answers() || Server(environment_, environment_.node(node_)).running();
    return step::observed(found(runs ? Outcome::fail : Outcome::pass, runs ? "it runs" : "none"));
  }
  void apply(const core::Json&, core::Progress& progress) override {
    progress.say("stopping PostgreSQL on " + node_);
    Server server(environment_, environment_.node(node_));
    server.stop(kLimit);
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    return {Server(environment_, environment_.node(node_)).manualStop()};
  }

 private:
  Environment environment_;
  std::string node_;
};

}  // namespace

void registerStopped(step::Registry& registry, const Environment& environment) {
  add<Checkpointed>(registry, "node.checkpointed", environment);
  add<Stopped>(registry, "node.stopped", environment);
  add<Started>(registry, "node.started", environment);
  add<Down>(registry, "node.down", environment);
}

}  // namespace cluster
