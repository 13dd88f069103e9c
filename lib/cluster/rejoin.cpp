#include "lib/cluster/rejoin.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/cluster/fence.hpp"
#include "lib/cluster/history.hpp"
#include "lib/cluster/log_tail.hpp"
#include "lib/cluster/server.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

/// The end of what a server has on disk, and on which timeline.
struct End {
  int timeline = 0;
  std::optional<Lsn> lsn;  // nothing: could not be read
  bool rewindable = false;
};

bool rewindable(const Node& node) {
  return node.parameter("data_checksums") == "on" || node.parameter("wal_log_hints") == "on";
}

End endOf(const Environment& environment, const Node& node) {
  if (node.answers()) {
    return {node.timeline, std::max(node.received, node.replayed), rewindable(node)};
  }
  const auto& settings = node.settings;
  const ControlFile control = readControlFile(environment.world, environment.instance, settings);
  End end{control.timeline, std::nullopt, control.rewindable};
  if (!control.redo) return end;
  LogTail tail({}, control.layout);
  auto command = Server(environment, settings)
                     .program("pg_waldump",
                              {"--path", settings.data + "/pg_wal", "--timeline",
                               std::to_string(control.timeline), "--start", control.redo->text()});
  command.mutates = false;
  auto& shell = config::worldOf(environment.world, environment.instance, settings.host).shell;
  shell.start(command, nullptr, &tail)->wait();  // ends with an error where the log ends
  end.lsn = tail.end();
  return end;
}

/// A rewind that was broken off leaves a folder that nothing but a copy can mend.
bool brokenOff(const Environment& environment, const config::NodeSettings& node) {
  auto& files = config::worldOf(environment.world, environment.instance, node.host).files;
  const auto slash = node.data.rfind('/');
  const std::string parent = node.data.substr(0, slash);
  const std::string prefix = node.data.substr(slash + 1) + ".sotctl-";
  for (const auto& entry : files.list(parent)) {
    if (!entry.name.starts_with(prefix)) continue;
    if (files.info(parent + "/" + entry.name + "/rewinding")) return true;
  }
  return false;
}

void refuseImpossible(const Environment& environment, const Node& node, const Node& primary) {
  if (node.role == Role::primary) {
    throw core::Error(core::Kind::refused, fmt::format("node {} takes writes itself", node.name()),
                      "Nothing is done to it before it is stopped.");
  }
  if (!hostAnswers(environment, node.settings)) {
    throw core::Error(
        core::Kind::unreachable,
        fmt::format("host {} of node {} does not answer", node.settings.host, node.name()),
        "Bring it back first, without starting PostgreSQL there.");
  }
  if (node.system.empty() || node.system == primary.system) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("node {} is no copy of {}: its cluster is {}, not {}", node.name(),
                                primary.name(), node.system, primary.system),
                    "Look at data in its [[node]]. A new copy needs that folder out of the way.");
}

Rejoin diverged(const Environment& environment, const Node& node, const End& end,
                std::optional<std::uint64_t> given_up, const std::string& why) {
  if (!end.rewindable) {
    return {Way::copy, why + "; pg_rewind needs data checksums or wal_log_hints", given_up};
  }
  if (brokenOff(environment, node.settings)) {
    return {Way::copy, why + "; a rewind of it was broken off", given_up};
  }
  return {Way::rewind, why, given_up};
}

}  // namespace

const char* wayName(Way way) {
  switch (way) {
    case Way::none:
      return "none";
    case Way::follow:
      return "follow";
    case Way::rewind:
      return "rewind";
    case Way::copy:
      break;
  }
  return "copy";
}

Rejoin wayFor(const Environment& environment, const Node& node, const Node& primary, bool copy) {
  refuseImpossible(environment, node, primary);
  const bool streams = node.role == Role::standby && node.receiver &&
                       node.receiver->status == "streaming" &&
                       isAt(primary.settings, node.receiver->host, node.receiver->port);
  if (copy) return {Way::copy, "a copy is wanted"};
  if (streams) return {Way::none, "it streams"};
  if (brokenOff(environment, node.settings)) return {Way::copy, "a rewind of it was broken off"};
  const End end = endOf(environment, node);
  if (!end.lsn) return {Way::copy, "the end of its log can't be read"};
  std::optional<Lsn> left = primary.written;
  if (end.timeline != primary.timeline) {
    left =
        leftAt(readHistory(*environment.connect(primary.name()), primary.timeline), end.timeline);
    if (!left) {
      return diverged(
          environment, node, end, std::nullopt,
          fmt::format("it is on timeline {}, which {} never was on", end.timeline, primary.name()));
    }
  }
  const std::string place = fmt::format("its log ends at {}", end.lsn->text());
  if (left && *end.lsn <= *left) {
    return {Way::follow, place + ", which is part of what " + primary.name() + " has", 0};
  }
  const std::uint64_t more = end.lsn->bytes - left.value_or(Lsn{}).bytes;
  return diverged(environment, node, end, more,
                  fmt::format("{}, and {} went its own way at {}", place, primary.name(),
                              left ? left->text() : "an unknown place"));
}

std::vector<step::Spec> rejoinSteps(const config::Instance& instance, const Rejoin& rejoin,
                                    const std::string& node, const std::string& primary,
                                    const std::string& stamp) {
  if (rejoin.way == Way::none) return {};
  std::vector<std::string> slots;
  for (const auto& each : instance.nodes) {
    if (each.name == node && !each.slot.empty()) slots.push_back(each.slot);
  }
  std::vector<step::Spec> steps;
  if (!slots.empty()) {
    steps.push_back({"node.prepared", {{"node", primary}, {"slots", slots}, {"commits", false}}});
  }
  const core::Json pair{{"node", node}, {"upstream", primary}, {"stamp", stamp}};
  if (rejoin.way == Way::rewind) {
    steps.push_back({"node.down", {{"node", node}}});
    steps.push_back({"node.rewound", pair});
  }
  if (rejoin.way == Way::copy) steps.push_back({"node.copied", pair});
  steps.push_back({"node.following", {{"node", node}, {"upstream", primary}}});
  return steps;
}

std::string keptFolder(const config::NodeSettings& node, const std::string& stamp) {
  return node.data + ".sotctl-" + stamp;
}

}  // namespace cluster
