#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/step/engine.hpp"
#include "tests/fakes/world.hpp"

/// A world of facts for the engine's tests: steps set and clear names in a set, brackets do so for
/// a time. Everything that happens is noted in order.
namespace toy {

struct Facts {
  std::set<std::string> hold;
  std::vector<std::string> log;
  std::set<std::string> blocked;
  std::set<std::string> unknown;
  std::set<std::string> failing;  // apply throws
  std::set<std::string> lying;    // apply returns and nothing holds
  std::set<std::string> final;    // can't be taken back
  std::function<void(const std::string&)> on_apply{};
};

inline core::CheckResult look(const std::string& name, bool holds) {
  return {"toy",
          name,
          holds ? core::Outcome::pass : core::Outcome::fail,
          holds ? "holds" : "does not hold",
          "holds",
          ""};
}

class Goal : public step::Step {
 public:
  Goal(Facts& facts, const core::Json& arguments)
      : facts_(facts),
        name_(arguments.at("name").get<std::string>()),
        wanted_(arguments.value("wanted", true)) {}
  std::string title() const override { return name_ + (wanted_ ? " holds" : " is gone"); }
  step::Observation observe(const core::Json*) override {
    if (facts_.blocked.contains(name_)) return step::blocked(look(name_, false));
    if (facts_.unknown.contains(name_)) {
      return step::observed({"toy", name_, core::Outcome::unknown, "can't see", "", ""});
    }
    return step::observed(look(name_, facts_.hold.contains(name_) == wanted_));
  }
  core::Json before() override { return {{"held", facts_.hold.contains(name_)}}; }
  void apply(const core::Json&, core::Progress&) override {
    facts_.log.push_back((wanted_ ? "make " : "clear ") + name_);
    if (facts_.on_apply) facts_.on_apply(name_);
    if (facts_.failing.contains(name_)) throw core::Error(core::Kind::unreachable, "cut off");
    if (facts_.lying.contains(name_)) return;
    if (wanted_) {
      facts_.hold.insert(name_);
    } else {
      facts_.hold.erase(name_);
    }
  }
  step::Compensation compensation(const core::Json& before, step::Purpose) override {
    if (facts_.final.contains(name_)) return step::Compensation::never("it is final");
    return step::Compensation::by(
        {"goal", {{"name", name_}, {"wanted", before.at("held").get<bool>()}}});
  }
  std::string pointOfNoReturn() const override {
    return facts_.final.contains(name_) ? "it is final" : "";
  }
  std::vector<std::string> manual() const override {
    return {(wanted_ ? "make " : "clear ") + name_};
  }

 private:
  Facts& facts_;
  std::string name_;
  bool wanted_;
};

class Bracket : public step::Bracket {
 public:
  Bracket(Facts& facts, const core::Json& arguments)
      : facts_(facts), name_(arguments.at("name").get<std::string>()) {}
  std::string title() const override { return name_ + " is open"; }
  step::Observation observe(const core::Json*) override {
    return step::observed(look(name_, facts_.hold.contains(name_)));
  }
  void apply(const core::Json&, core::Progress&) override {
    facts_.log.push_back("open " + name_);
    facts_.hold.insert(name_);
  }
  step::Observation observeClosed(const core::Json&) override {
    return step::observed(look(name_, !facts_.hold.contains(name_)));
  }
  void close(const core::Json&, core::Progress&) override {
    facts_.log.push_back("close " + name_);
    if (facts_.failing.contains("close " + name_)) {
      throw core::Error(core::Kind::timed_out, name_ + " does not close");
    }
    facts_.hold.erase(name_);
  }
  std::vector<std::string> manual() const override { return {"open " + name_}; }
  std::vector<std::string> manualClose() const override { return {"close " + name_}; }

 private:
  Facts& facts_;
  std::string name_;
};

inline step::Spec goal(const std::string& name) { return {"goal", {{"name", name}}}; }
inline step::Spec bracket(const std::string& name, std::vector<step::Spec> inner) {
  return {"bracket", {{"name", name}}, std::move(inner)};
}

/// An engine over a fake world, made anew as often as a test wants: another process.
struct House {
  fakes::FakeWorld fake;
  ports::World ports = fake.world();
  Facts facts;
  core::NoProgress progress;

  step::Registry registry() {
    step::Registry registry;
    registry.add("goal", [this](const core::Json& arguments) {
      return std::make_unique<Goal>(facts, arguments);
    });
    registry.add("bracket", [this](const core::Json& arguments) {
      return std::make_unique<Bracket>(facts, arguments);
    });
    return registry;
  }
};

/// One process's engine.
struct Process {
  explicit Process(House& house)
      : registry(house.registry()),
        store(house.ports, "/state"),
        engine({house.ports, registry, store, house.progress, {"toy", "toy", {}}, "test"}) {}
  step::Registry registry;
  step::RunStore store;
  step::Engine engine;

  step::Plan plan(std::vector<step::Spec> steps, bool abort_on_failure = false) {
    step::Plan made;
    made.id = store.newId();
    made.verb = "toy run";
    made.instance = "toy";
    made.title = "a toy plan";
    made.steps = std::move(steps);
    made.abort_on_failure = abort_on_failure;
    return made;
  }
};

}  // namespace toy
