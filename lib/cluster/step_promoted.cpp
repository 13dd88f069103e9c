#include <fmt/format.h>

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
        instead_of_(arguments.at("instead_of").get<std::string>()) {}

  std::string title() const override {
    return fmt::format("node {} takes writes in the place of {}", node_, instead_of_);
  }

  step::Observation observe(const core::Json* before) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::primary) {
      return step::observed(
          look(Outcome::pass, fmt::format("primary, timeline {}", node.timeline)));
    }
    if (node.role != Role::standby) return step::observed(look(Outcome::unknown, node.why));
    const Node old = environment_.look(instead_of_);
    if (old.role == Role::stopped) return step::observed(look(Outcome::fail, "standby"));
    // Before the run the old one serves: then this follows from its stop.
    if (before == nullptr && old.answers()) {
      return step::observed(look(Outcome::skip, "after the proof"));
    }
    return step::blocked(look(Outcome::fail, fmt::format("{} is not proven stopped: {}",
                                                         instead_of_, roleName(old.role))));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    const Node old = environment_.look(instead_of_);
    if (old.role != Role::stopped) {
      throw core::Error(core::Kind::refused,
                        fmt::format("{} is not proven stopped ({}): two servers would take writes",
                                    instead_of_, roleName(old.role)));
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
    progress.say(fmt::format("{} takes writes", node_));
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
  /// A commit that waits for a standby which is away would hang: it must not be asked for.
  static void prove(ports::Sql& sql) {
    sql.execute("SET synchronous_commit = local");
    sql.transact([](ports::Sql& session) { session.execute("SELECT pg_current_xact_id()"); });
  }

  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check("node.promoted", "node " + node_, outcome, found, title());
  }

  Environment environment_;
  std::string node_;
  std::string instead_of_;
};

/// Not before the promotion: slots are not copied, and a name that is away would hold commits up.
class Prepared : public step::Step {
 public:
  Prepared(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        slot_(arguments.at("slot").get<std::string>()) {}

  std::string title() const override {
    return slot_.empty()
               ? fmt::format("commits on {} wait for no server that is away", node_)
               : fmt::format(
                     "node {} keeps the log for slot {}, and its commits wait for no server "
                     "that is away",
                     node_, slot_);
  }

  step::Observation observe(const core::Json*) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::standby) {
      return step::observed(look(Outcome::skip, "after the promotion"));
    }
    if (node.role != Role::primary) return step::observed(look(Outcome::unknown, node.why));
    std::vector<std::string> missing;
    if (!slot_.empty() && !hasSlot(node)) missing.push_back("no slot " + slot_);
    const std::string names = node.parameter("synchronous_standby_names");
    if (!names.empty()) {
      missing.push_back(fmt::format("synchronous_standby_names is '{}'", core::printable(names)));
    }
    return step::observed(missing.empty() ? look(Outcome::pass, "there")
                                          : look(Outcome::fail, core::join(missing, "; ")));
  }

  core::Json before() override {
    return {{"synchronous_standby_names",
             environment_.look(node_).parameter("synchronous_standby_names")}};
  }

  void apply(const core::Json& before, core::Progress& progress) override {
    const auto sql = environment_.connect(node_);
    sql->execute("SET synchronous_commit = local");
    if (!slot_.empty()) {
      sql->execute(
          "SELECT pg_create_physical_replication_slot($1, true) WHERE NOT EXISTS "
          "(SELECT FROM pg_replication_slots WHERE slot_name = $1)",
          {slot_});
    }
    const std::string names = before.at("synchronous_standby_names").get<std::string>();
    if (!names.empty()) {
      sql->execute("ALTER SYSTEM SET synchronous_standby_names = ''");
      sql->execute("SELECT pg_reload_conf()");
      progress.say(
          fmt::format("synchronous_standby_names was '{}' on {} and is empty now: set it "
                      "again once a standby streams",
                      core::printable(names), node_));
    }
    sql->execute("CHECKPOINT");  // else the control file has the old timeline: pg_rewind reads it
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    std::vector<std::string> lines;
    if (!slot_.empty()) {
      lines.push_back(
          fmt::format("psql -c \"SELECT pg_create_physical_replication_slot('{}', true)\"  # on {}",
                      slot_, node_));
    }
    lines.push_back("psql -c CHECKPOINT  # on " + node_);
    return lines;
  }

 private:
  bool hasSlot(const Node& node) const {
    for (const Slot& slot : node.slots) {
      if (slot.name == slot_ && !slot.logical) return true;
    }
    return false;
  }
  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check("node.prepared", "node " + node_, outcome, found, title());
  }

  Environment environment_;
  std::string node_;
  std::string slot_;
};

}  // namespace

void registerPromoted(step::Registry& registry, const Environment& environment) {
  add<Promoted>(registry, "node.promoted", environment);
  add<Prepared>(registry, "node.prepared", environment);
}

}  // namespace cluster
