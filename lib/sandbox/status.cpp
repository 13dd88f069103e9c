#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/folder.hpp"
#include "lib/sandbox/sandbox.hpp"
#include "lib/sandbox/servers.hpp"
#include "lib/service/services.hpp"

namespace sandbox {
namespace {

std::optional<std::uint64_t> databaseBytes(ports::World& world, const config::Instance& instance) {
  ports::SqlTarget target;
  target.host = instance.database.admin.host;
  target.port = instance.database.admin.port;
  target.user = instance.database.admin.user;
  target.database = "postgres";
  try {
    const auto session = world.sql.connect(target);
    const auto rows = session->query(
        "SELECT pg_database_size(oid)::bigint AS bytes FROM pg_database WHERE datname = $1",
        {instance.database.name});
    if (rows.empty()) return std::nullopt;
    return static_cast<std::uint64_t>(rows.number(0, "bytes"));
  } catch (const core::Error&) {
    return std::nullopt;
  }
}

std::optional<std::uint64_t> folderBytes(ports::World& world, const Layout& layout) {
  ports::Command command{{"du", "--summarize", "--block-size=1", layout.root}};
  command.mutates = false;
  const auto outcome = world.shell.run(command);
  if (!outcome.ok()) return std::nullopt;  // a folder that is not ours to read
  std::uint64_t bytes = 0;
  std::from_chars(outcome.out.data(), outcome.out.data() + outcome.out.size(), bytes);
  return bytes;
}

}  // namespace

bool Report::runs() const {
  return std::all_of(members.begin(), members.end(), [](const Member& member) {
    return member.state.running == service::Running::yes;
  });
}

Report status(ports::World& world, const std::string& folder) {
  Report report;
  report.layout = checkFolder(world.files, folder);
  report.state = requireOurs(world.files, report.layout);
  report.instance = instanceOf(report.layout, report.state);
  service::Services services(world, report.instance);
  const auto& ports = report.state.ports;
  const auto add = [&](const config::ServiceSettings& service, int port) {
    report.members.push_back({service.name, services.observe(service), port, service.log});
  };
  add(postgresServer(report.layout, report.state), ports.postgres);
  if (report.state.pair) add(standbyServer(report.layout, report.state), ports.standby);
  add(redisServer(report.layout, report.state), ports.redis);
  add(report.instance.services.at(0), ports.application);
  add(report.instance.services.at(1), 0);
  report.database_bytes = databaseBytes(world, report.instance);
  report.folder_bytes = folderBytes(world, report.layout);
  return report;
}

}  // namespace sandbox
