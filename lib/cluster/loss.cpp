#include "lib/cluster/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "lib/cluster/fence.hpp"
#include "lib/cluster/log_tail.hpp"
#include "lib/cluster/server.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

Lsn positionOf(const Node& standby) {
  return std::max(standby.received.value_or(Lsn{}), standby.replayed.value_or(Lsn{}));
}

Loss of(std::uint64_t end, Lsn received, bool exact, std::string how) {
  Loss loss;
  loss.bytes = end - std::min(end, received.bytes);
  loss.exact = exact;
  loss.words = std::move(how);
  return loss;
}

/// What the lost primary wrote to its own disk: all that anybody was ever told is committed.
/// Nothing where its folder can't be read.
std::optional<Loss> fromItsLog(const Environment& environment, const Node& from, Lsn received) {
  const auto& node = from.settings;
  try {
    if (!hostAnswers(environment, node)) return std::nullopt;
    const ControlFile control = readControlFile(environment.world, environment.instance, node);
    if (!control.redo) return std::nullopt;
    LogTail tail(received, control.layout);
    const Server server(environment, node);
    auto command = server.program(
        "pg_waldump", {"--path", node.data + "/pg_wal", "--timeline",
                       std::to_string(control.timeline), "--start", control.redo->text()});
    command.mutates = false;
    auto& shell = config::worldOf(environment.world, environment.instance, node.host).shell;
    shell.start(command, nullptr, &tail)->wait();  // ends with an error where the log ends
    if (!tail.end()) return std::nullopt;
    Loss loss = of(tail.end()->bytes, received, true,
                   fmt::format("its log ends at {}", tail.end()->text()));
    loss.commits = tail.commits();
    return loss;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return std::nullopt;
  }
}

}  // namespace

core::Json toJson(const Sample& sample) {
  return {{"node", sample.node},
          {"system", sample.system},
          {"timeline", sample.timeline},
          {"written_lsn", sample.written.text()},
          {"at", core::formatUtc(sample.at)}};
}

std::optional<Sample> sampleFromJson(const core::Json& json) {
  try {
    const auto written = Lsn::parse(json.at("written_lsn").get<std::string>());
    const auto at = core::parseUtc(json.at("at").get<std::string>());
    if (!written || !at) return std::nullopt;
    return Sample{json.at("node").get<std::string>(), json.at("system").get<std::string>(),
                  json.at("timeline").get<int>(), *written, *at};
  } catch (const core::Json::exception&) {
    return std::nullopt;
  }
}

std::optional<Sample> sampleOf(const Topology& topology, core::Time now) {
  const Node* primary = topology.primary();
  if (primary == nullptr || !primary->written) return std::nullopt;
  return Sample{primary->name(), primary->system, primary->timeline, *primary->written, now};
}

std::string Loss::word() const { return bytes ? fmt::format("{} bytes", *bytes) : "unknown"; }

Loss lookAtLoss(const Environment& environment, const Node& from, const Node& to,
                const std::optional<Sample>& sample, core::Time now) {
  const Lsn received = positionOf(to);
  const std::string has = fmt::format("{} has received up to {}", to.name(), received.text());
  if (auto loss = fromItsLog(environment, from, received)) {
    loss->words = fmt::format(
        "{}, {}: {} of its log, with {}, are lost", loss->words, has,
        core::formatBytes(*loss->bytes),
        core::plural(*loss->commits, "committed transaction", "committed transactions"));
    return *loss;
  }
  const bool fits = sample && sample->node == from.name() && sample->system == to.system &&
                    sample->timeline == to.timeline;
  if (!fits) {
    Loss loss;
    loss.words = fmt::format("could not determine: {} can't be read and was not seen lately; {}",
                             from.name(), has);
    return loss;
  }
  Loss loss = of(sample->written.bytes, received, false, {});
  loss.words = fmt::format(
      "{} was at {} when it was seen last, {} before; {}: at least {} of its log are lost, and "
      "what "
      "it wrote since",
      from.name(), sample->written.text(), core::formatDuration(now - sample->at), has,
      core::formatBytes(*loss.bytes));
  return loss;
}

std::vector<const Node*> mostAdvanced(const Topology& topology) {
  std::vector<const Node*> standbys;
  for (const Node& node : topology.nodes) {
    if (node.role == Role::standby) standbys.push_back(&node);
  }
  std::stable_sort(standbys.begin(), standbys.end(), [](const Node* a, const Node* b) {
    return std::tuple(b->timeline, positionOf(*b)) < std::tuple(a->timeline, positionOf(*a));
  });
  return standbys;
}

}  // namespace cluster
