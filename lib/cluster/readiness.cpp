#include "lib/cluster/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"
#include "lib/core/time.hpp"

namespace cluster {
namespace {

using core::Outcome;

/// A lag beyond which a switchover would wait noticeably: two segments of the log.
constexpr std::uint64_t kMuchToReceive = 32U << 20U;

/// pg_promote() and standby.signal are of 12; pg_rewind recovers its target by itself from 13 on.
constexpr int kOldest = 130000;

/// Segments that a fast stop would archive first, one after the other.
constexpr std::int64_t kManySegments = 16;

/// A standby refuses to start with less of these than its primary had (PostgreSQL's manual, "Hot
/// Standby", "Administrator's Overview").
const std::vector<std::string> kNotLower{"max_connections", "max_worker_processes",
                                         "max_wal_senders", "max_prepared_transactions",
                                         "max_locks_per_transaction"};

class Answers {
 public:
  explicit Answers(const Topology& topology) : topology_(topology) {}

  void all() {
    seen();
    onePrimary();
    sameCluster();
    for (const Node& node : topology_.nodes) {
      if (!node.answers()) continue;
      suited(node);
      if (node.role == Role::standby) standby(node);
      rewind(node);
      slots(node);
      synchronous(node);
      collations(node);
      if (node.role == Role::primary) primary(node);
    }
    application();
  }

  std::vector<core::CheckResult> take() { return std::move(results_); }

 private:
  void add(const std::string& id, const std::string& subject, Outcome outcome, std::string found,
           std::string hint = {}, std::string wanted = {}) {
    results_.push_back(
        {"failover." + id, subject, outcome, std::move(found), std::move(wanted), std::move(hint)});
  }

  void seen() {
    for (const Node& node : topology_.nodes) {
      const std::string subject = "node " + node.name();
      if (node.answers()) {
        add("node", subject, Outcome::pass,
            fmt::format("{}, PostgreSQL {}", roleName(node.role), node.version / 10000));
      } else if (node.role == Role::stopped) {
        add("node", subject, Outcome::fail, "stopped: " + node.control->state,
            "Start it, or `sotctl failover rejoin " + node.name() + "`.");
      } else {
        add("node", subject, Outcome::unknown, node.why, "Look at its host.");
      }
    }
  }

  void onePrimary() {
    const std::string subject = "one primary";
    if (topology_.split()) {
      add("primary", subject, Outcome::fail,
          "two servers of one cluster take writes: " + core::join(howTheyDiffer(topology_), "; "),
          "Stop the one whose writes can be given up, before anything else.");
    } else if (const Node* primary = topology_.primary()) {
      add("primary", subject, Outcome::pass, primary->name());
    } else {
      const bool hidden = std::any_of(topology_.nodes.begin(), topology_.nodes.end(),
                                      [](const Node& node) { return node.role == Role::unknown; });
      add("primary", subject, hidden ? Outcome::unknown : Outcome::fail,
          hidden ? "none of those that answer" : "none");
    }
  }

  void sameCluster() {
    const Node* first = nullptr;
    for (const Node& node : topology_.nodes) {
      if (node.system.empty()) continue;
      if (first == nullptr) {
        first = &node;
      } else if (node.system != first->system) {
        add("system", "system identifier", Outcome::fail,
            fmt::format("{} has {}, {} has {}: they are not copies of one server", first->name(),
                        first->system, node.name(), node.system),
            "Correct the [[node]]s of the configuration.");
        return;
      }
    }
    if (first != nullptr) add("system", "system identifier", Outcome::pass, first->system);
  }

  /// The data folder decides whether a server is judged stopped: it must be the right one.
  void suited(const Node& node) {
    if (node.version < kOldest) {
      add("version", "PostgreSQL on " + node.name(), Outcome::fail,
          std::to_string(node.version / 10000),
          "Switch over by hand: sotctl does it from PostgreSQL 13 on.");
    }
    const std::string subject = "data folder of " + node.name();
    const std::string real = node.parameter("data_directory");
    if (node.settings.data.empty()) {
      add("data", subject, Outcome::fail, "none is configured",
          fmt::format("Set data = \"{}\" in its [[node]].", core::printable(real)));
    } else if (real.empty()) {
      add("data", subject, Outcome::unknown, "the login may not see data_directory",
          "Let admin be a superuser.");
    } else if (real != node.settings.data) {
      add("data", subject, Outcome::fail,
          fmt::format("{}, configured is {}", core::printable(real), node.settings.data),
          "Correct data in its [[node]].");
    } else {
      add("data", subject, Outcome::pass, real);
    }
  }

  void standby(const Node& node) {
    streaming(node);
    const std::string subject = "replay on " + node.name();
    if (node.paused) {
      add("replay", subject, Outcome::fail, "paused",
          "SELECT pg_wal_replay_resume() on " + node.name() + ".");
    } else if (node.number("recovery_min_apply_delay") > 0) {
      add("replay", subject, Outcome::fail,
          fmt::format("delayed by {}", core::formatDuration(std::chrono::milliseconds(
                                           node.number("recovery_min_apply_delay")))),
          "Set recovery_min_apply_delay = 0 before a switchover.");
    } else {
      add("replay", subject, Outcome::pass, "goes on");
    }
    settings(node);
  }

  void streaming(const Node& node) {
    const std::string subject = "stream to " + node.name();
    const Node* from = topology_.upstreamOf(node);
    const auto lag = topology_.bytesBehind(node);
    if (!node.receiver || node.receiver->status != "streaming") {
      add("stream", subject, Outcome::fail,
          node.receiver ? node.receiver->status : "none: it waits for a primary",
          "Its log says why. `sotctl failover rejoin " + node.name() + "` makes it follow.");
    } else if (from == nullptr) {
      add("stream", subject, Outcome::fail,
          fmt::format("comes from {}:{}, which is none of the nodes", node.receiver->host,
                      node.receiver->port));
    } else if (!lag) {
      add("stream", subject, Outcome::unknown, "the primary's position was not seen");
    } else if (*lag > kMuchToReceive) {
      add("stream", subject, Outcome::warn, core::formatBytes(*lag) + " behind",
          "A switchover waits until it has received that.");
    } else {
      add("stream", subject, Outcome::pass,
          fmt::format("from {}, {} behind", from->name(), core::formatBytes(*lag)));
    }
  }

  void settings(const Node& node) {
    const Node* primary = topology_.primary();
    if (primary == nullptr) return;
    if (primary->archiving.on && node.parameter("archive_mode") == "off") {
      add("archive", "archiving on " + node.name(), Outcome::fail,
          fmt::format("off, and on on {}: after a switchover nothing would be archived",
                      primary->name()),
          "Set archive_mode and archive_command there, and restart it.");
    }
    const std::string subject = "limits of " + node.name();
    std::vector<std::string> lower;
    for (const std::string& name : kNotLower) {
      if (node.number(name) >= primary->number(name)) continue;
      lower.push_back(fmt::format("{} is {} and {} on {}", name, node.number(name),
                                  primary->number(name), primary->name()));
    }
    if (lower.empty()) {
      add("limits", subject, Outcome::pass, "none is lower than on the primary");
    } else {
      add("limits", subject, Outcome::fail, core::join(lower, "; "),
          "Raise them there, and restart it.");
    }
  }

  void rewind(const Node& node) {
    const std::string subject = "rewind of " + node.name();
    if (node.parameter("data_checksums") == "on" || node.parameter("wal_log_hints") == "on") {
      add("rewind", subject, Outcome::pass,
          node.parameter("data_checksums") == "on" ? "data checksums are on"
                                                   : "wal_log_hints is on");
    } else {
      add("rewind", subject, Outcome::fail,
          "pg_rewind needs data checksums or wal_log_hints, and both are off",
          "Set wal_log_hints = on and restart it; until then coming back takes a whole copy.");
    }
    if (node.parameter("full_page_writes") == "off") {
      add("rewind", subject, Outcome::fail, "full_page_writes is off", "Set it to on.");
    }
  }

  void slots(const Node& node) {
    for (const Slot& slot : node.slots) {
      const std::string subject = fmt::format("slot {} on {}", slot.name, node.name());
      if (slot.wal == "lost") {
        add("slot", subject, Outcome::fail,
            "its log was removed: whoever used it needs a new copy");
      } else if (slot.logical) {
        add("slot", subject, Outcome::warn, "a logical slot is not on the other server",
            "Its reader begins anew after a switchover.");
      } else if (!slot.active) {
        add("slot", subject, Outcome::warn,
            "nobody reads it, and the log is kept for it" +
                (slot.restart ? " from " + slot.restart->text() : ""),
            node.role == Role::standby || topology_.nodes.size() < 2
                ? "Drop it: SELECT pg_drop_replication_slot('" + slot.name + "')."
                : "Let its standby follow again, or drop it.");
      } else {
        add("slot", subject, Outcome::pass, "in use");
      }
    }
  }

  void synchronous(const Node& node) {
    const std::string names = node.parameter("synchronous_standby_names");
    if (node.role != Role::standby || names.empty()) return;
    add("synchronous", "commits on " + node.name(), Outcome::warn,
        fmt::format("synchronous_standby_names is '{}': once promoted, commits wait for them",
                    core::printable(names)),
        "A switchover empties it until such a standby streams again.");
  }

  void collations(const Node& node) {
    const std::string subject = "collations on " + node.name();
    if (node.collations.empty()) {
      add("collations", subject, Outcome::pass, "with the system's versions");
    } else {
      add("collations", subject, Outcome::fail,
          "made with another version: " + core::join(node.collations, ", "),
          "Text indexes may be wrong there: give both hosts the same libraries, or REINDEX.");
    }
  }

  void primary(const Node& node) {
    const std::string archive = "archiving on " + node.name();
    if (!node.archiving.on) {
      add("archive", archive, Outcome::skip, "off");
    } else if (node.archiving.failing) {
      add("archive", archive, Outcome::fail,
          fmt::format("fails since {} ({} failures)", core::printable(node.archiving.last_failed),
                      node.archiving.failed),
          "A fast stop waits for it: mend archive_command.");
    } else if (node.archiving.waiting > kManySegments) {
      add("archive", archive, Outcome::warn,
          fmt::format("{} segments wait", node.archiving.waiting),
          "A stop archives them first: wait until they are, or it takes that long.");
    } else {
      add("archive", archive, Outcome::pass, "goes on");
    }
    if (node.prepared > 0) {
      add("prepared", "prepared transactions on " + node.name(), Outcome::warn,
          fmt::format("{} wait for COMMIT PREPARED", node.prepared),
          "They survive a switchover, with their locks.");
    }
    if (node.parameter("wal_level") == "minimal") {
      add("level", "wal_level on " + node.name(), Outcome::fail, "minimal", "Set it to replica.");
    }
  }

  void application() {
    const ApplicationUse& use = topology_.application;
    const std::string subject = "server that the application uses";
    const Node* node = topology_.find(use.node);
    if (use.host.empty() && use.port.empty()) {
      add("application", subject, Outcome::unknown, use.why);
    } else if (use.finds_primary) {
      add("application", subject, Outcome::pass, "all nodes are named, it finds the primary");
    } else if (node == nullptr) {
      add("application", subject, Outcome::fail,
          fmt::format("{}:{} is none of the nodes", core::printable(use.host), use.port),
          "Correct the [[node]]s, or the application's configuration.");
    } else if (node->role != Role::primary) {
      add("application", subject, Outcome::fail,
          fmt::format("{}, which is {}", node->name(), roleName(node->role)), {}, "the primary");
    } else {
      add("application", subject, Outcome::pass, node->name());
    }
  }

  const Topology& topology_;
  std::vector<core::CheckResult> results_;
};

}  // namespace

std::vector<core::CheckResult> readinessOf(const Topology& topology) {
  Answers answers(topology);
  answers.all();
  return answers.take();
}

}  // namespace cluster
