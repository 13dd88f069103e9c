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

/// Leaves it alone where there is no number.
template <typename Number>
void setNumber(Number& number, const std::string& text) {
  std::from_chars(text.data(), text.data() + text.size(), number);
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
  control.redo = Lsn::parse(value("Latest checkpoint's REDO location"));
  control.recovered = Lsn::parse(value("Minimum recovery ending location"));
  if (control.recovered == Lsn{}) control.recovered.reset();
  setNumber(control.timeline, value("Latest checkpoint's TimeLineID"));
  setNumber(control.layout.page, value("WAL block size"));
  setNumber(control.layout.segment, value("Bytes per WAL segment"));
  int checksums = 0;
  setNumber(checksums, value("Data page checksum version"));
  control.rewindable = checksums != 0 || value("wal_log_hints setting") == "on";
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
