#include <fmt/format.h>

#include "lib/cluster/server.hpp"
#include "lib/cluster/standby_settings.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/cluster/topology.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(60);

class Following : public step::Step {
 public:
  Following(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        upstream_(arguments.at("upstream").get<std::string>()) {}

  std::string title() const override {
    return fmt::format("node {} is a standby that streams from {}", node_, upstream_);
  }

  /// "Started" proves nothing: one that left the way of its primary starts, too, and waits.
  step::Observation observe(const core::Json* before) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::primary) {
      return before == nullptr
                 ? step::observed(look(Outcome::skip, "after the switch"))
                 : step::blocked(look(Outcome::fail, "it takes writes",
                                      "`sotctl failover status` shows both servers."));
    }
    if (node.role == Role::unknown) {
      // Crashed, or just rewound: its control file is that of a server at work.
      const bool down = node.control && !Server(environment_, environment_.node(node_)).running();
      return step::observed(down ? look(Outcome::fail, "no process of it runs")
                                 : look(Outcome::unknown, node.why));
    }
    if (node.role == Role::stopped) return step::observed(look(Outcome::fail, node.control->state));
    if (!node.receiver) return step::observed(look(Outcome::fail, "it waits"));
    const auto& [status, host, port, slot, timeline, latest] = *node.receiver;
    if (!isAt(environment_.node(upstream_), host, port)) {
      return step::observed(
          look(Outcome::fail, fmt::format("{} from {}:{}", status, core::printable(host), port)));
    }
    return step::observed(look(status == "streaming" ? Outcome::pass : Outcome::fail, status));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    progress.say(fmt::format("making {} follow {}", node_, upstream_));
    Server server(environment_, environment_.node(node_));
    if (server.running()) server.stop(kLimit);
    const auto& node = environment_.node(node_);
    writeStandbySettings(environment_, server, node.data, node, environment_.node(upstream_));
    if (server.masked()) server.unmask();  // by a fence; what it starts now is a standby
    server.start(kLimit);
    const auto streams = [&] { return observe(nullptr).verdict == step::Verdict::satisfied; };
    if (waitFor(environment_.world, kLimit, streams)) return dropSlots(progress);
    throw core::Error(core::Kind::failed_check,
                      fmt::format("node {} runs and does not stream from {}", node_, upstream_),
                      fmt::format("Its log says why: {}. It may have written what {} has not.",
                                  environment_.node(node_).data, upstream_));
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    const Server server(environment_, node);
    return {fmt::format("touch {}/standby.signal  # on {}", node.data, node_),
            fmt::format("set primary_conninfo in {}/postgresql.auto.conf to {}:{}", node.data,
                        environment_.node(upstream_).address, environment_.node(upstream_).port),
            server.manualStart()};
  }

 private:
  /// Nobody reads any more here what other nodes read when this one was the primary; a standby
  /// would keep the log for them until its disk is full.
  void dropSlots(core::Progress& progress) {
    const auto sql = environment_.connect(node_);
    for (const auto& other : environment_.instance.nodes) {
      if (other.slot.empty() || other.name == node_) continue;
      const auto dropped = sql->execute(
          "SELECT slot_name, pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE "
          "slot_name = $1 AND slot_type = 'physical' AND NOT active",
          {other.slot});
      if (!dropped.empty()) progress.say(fmt::format("slot {} of {} dropped", other.slot, node_));
    }
  }

  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("node.following", "node " + node_, outcome, found, title(), hint);
  }

  Environment environment_;
  std::string node_;
  std::string upstream_;
};

}  // namespace

void registerFollowing(step::Registry& registry, const Environment& environment) {
  add<Following>(registry, "node.following", environment);
}

}  // namespace cluster
