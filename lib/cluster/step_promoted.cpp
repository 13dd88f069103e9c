#include <fmt/format.h>

#include "lib/cluster/fence.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(60);

class Promoted : public step::Step {
 public:
  Promoted(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        instead_of_(arguments.at("instead_of").get<std::string>()),
        lost_(arguments.value("lost", false)),
        attested_(arguments.value("attested", std::string())) {}

  std::string title() const override {
    return fmt::format("node {} takes writes in the place of {}", node_, instead_of_);
  }

  step::Observation observe(const core::Json* before) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::primary) {
      if (environment_.look(instead_of_).role == Role::primary) {
        return step::blocked(look(Outcome::fail, fmt::format("{} takes writes, too", instead_of_)));
      }
      return step::observed(
          look(Outcome::pass, fmt::format("primary, timeline {}", node.timeline)));
    }
    if (node.role != Role::standby)
      return step::observed(look(Outcome::unknown, whatIsWrong(node)));
    const std::string danger = dangerOf();
    if (danger.empty()) return step::observed(look(Outcome::fail, "standby"));
    // Before the run the old one serves: then this follows from its stop.
    if (before == nullptr) return step::observed(look(Outcome::skip, danger));
    return step::blocked(look(Outcome::fail, danger));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    if (const std::string danger = dangerOf(); !danger.empty()) {
      throw core::Error(core::Kind::refused, danger + ": two servers would take writes");
    }
    const auto sql = environment_.connect(node_);
    sql->execute("SELECT pg_promote(false)");
    const auto primary = [&] {
      return !sql->query("SELECT pg_is_in_recovery() AS standby").boolean(0, "standby");
    };
    if (!waitFor(environment_.world, kLimit, primary)) {
      throw core::Error(core::Kind::timed_out,
                        fmt::format("node {} is still a standby after {}: it may yet be promoted",
                                    node_, core::formatDuration(kLimit)),
                        "Look at its log. `sotctl run resume` goes on once it is a primary.");
    }
    prove(*sql);
    proven_ = environment_.world.clock.now();
    progress.say(fmt::format("{} takes writes", node_));
  }

  core::Json results() const override {
    return proven_ ? core::Json{{"writes_again", core::formatUtc(*proven_)}} : core::Json::object();
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::never(pointOfNoReturn());
  }
  std::string pointOfNoReturn() const override {
    return fmt::format(
        "from then on {} has a timeline of its own; the way back is another "
        "switchover",
        node_);
  }
  std::vector<std::string> manual() const override {
    return {"psql -c 'SELECT pg_promote()'  # on " + node_ + ", once " + instead_of_ +
            " is stopped for certain"};
  }

 private:
  /// Why the old one could take writes beside this one; empty: it is proven that it can't. Looked
  /// at again right before the promotion.
  std::string dangerOf() const {
    for (const auto& other : environment_.instance.nodes) {
      const bool third = other.name != node_ && other.name != instead_of_;
      if (third && environment_.look(other.name).role == Role::primary) {
        return fmt::format("{} takes writes", other.name);
      }
    }
    if (lost_) {
      const Fence fence = lookAtFence(environment_, instead_of_, node_, attested_);
      return fence.outcome == Outcome::pass ? "" : fence.words();
    }
    const Node old = environment_.look(instead_of_);
    if (old.role == Role::stopped && old.held_back) return {};
    return old.role == Role::stopped
               ? fmt::format("{} would take writes once it is started", instead_of_)
               : fmt::format("{} is not proven stopped: {}", instead_of_, roleName(old.role));
  }

  static std::string whatIsWrong(const Node& node) {
    return node.role == Role::stopped ? "it is stopped: " + node.control->state : node.why;
  }

  /// A real write, which leaves nothing behind. A commit that waits for a standby which is away
  /// would hang: it is not waited for.
  static void prove(ports::Sql& sql) {
    sql.execute("SET synchronous_commit = local");
    sql.transact([](ports::Sql& session) {
      session.execute("CREATE TABLE public.sotctl_write_probe (n integer)");
      session.execute("INSERT INTO public.sotctl_write_probe VALUES (1)");
      session.execute("DROP TABLE public.sotctl_write_probe");
    });
  }

  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check("node.promoted", "node " + node_, outcome, found, title());
  }

  Environment environment_;
  std::string node_;
  std::string instead_of_;
  bool lost_;             // the old one was given up: a fence instead of a clean stop
  std::string attested_;  // who says that its host is off
  std::optional<core::Time> proven_;
};

}  // namespace

void registerPromoted(step::Registry& registry, const Environment& environment) {
  add<Promoted>(registry, "node.promoted", environment);
}

}  // namespace cluster
