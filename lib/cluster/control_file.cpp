#include <fmt/format.h>

#include <charconv>
#include <map>

#include "lib/cluster/look.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::map<std::string, std::string> linesOf(const std::string& text) {
  std::map<std::string, std::string> values;
  for (const std::string& line : core::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    values[trimmed(std::string_view(line).substr(0, colon))] =
        trimmed(std::string_view(line).substr(colon + 1));
  }
  return values;
}

}  // namespace

ControlFile parseControlFile(const std::string& text) {
  const auto values = linesOf(text);
  const auto value = [&](const char* key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  };
  ControlFile control;
  control.state = value("Database cluster state");
  if (control.state.empty()) {
    throw core::Error(core::Kind::undetermined, "pg_controldata tells no state of the cluster");
  }
  control.system = value("Database system identifier");
  control.checkpoint = Lsn::parse(value("Latest checkpoint location"));
  const std::string timeline = value("Latest checkpoint's TimeLineID");
  std::from_chars(timeline.data(), timeline.data() + timeline.size(), control.timeline);
  return control;
}

ControlFile readControlFile(ports::World& world, const config::Instance& instance,
                            const config::NodeSettings& node) {
  if (node.data.empty()) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("node {} has no data folder in the configuration", node.name),
                      "Set data in its [[node]].");
  }
  const std::string tools = node.tools.empty() ? "" : node.tools + "/";
  ports::Command command{{tools + "pg_controldata", "-D", node.data}};
  command.mutates = false;
  command.limit = std::chrono::seconds(20);
  const auto outcome = config::worldOf(world, instance, node.host).shell.run(command);
  if (!outcome.ok()) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("pg_controldata -D {}: {}", node.data, outcome.inWords()));
  }
  return parseControlFile(outcome.out);
}

}  // namespace cluster
