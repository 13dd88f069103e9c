#include "lib/cluster/standby_settings.hpp"

#include <fmt/format.h>

#include <set>

#include "lib/application/password.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

constexpr const char* kPasswords = "sotctl-replication.pgpass";

/// A value of a connection string (libpq: "Connection Strings"), inside of a value of
/// postgresql.conf: quotes are doubled for the one and escaped for the other.
std::string quoted(const std::string& value) {
  std::string text = "\\'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += "\\\\\\";
    text += c;
  }
  return text + "\\'";
}

/// A field of a password file: `:` and `\` are escaped.
std::string field(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ':' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string withoutStream(const std::string& text) {
  std::string kept;
  for (const std::string& line : core::split(text, '\n')) {
    if (line.starts_with("primary_conninfo") || line.starts_with("primary_slot_name")) continue;
    if (!line.empty()) kept += line + "\n";
  }
  return kept;
}

}  // namespace

void writeStandbySettings(const Environment& environment, const Server& server,
                          const std::string& folder, const config::NodeSettings& node,
                          const config::NodeSettings& upstream) {
  const std::string file = folder + "/postgresql.auto.conf";
  std::string info = fmt::format("host={} port={} user={}", quoted(upstream.address), upstream.port,
                                 quoted(upstream.replication.user));
  const auto password = application::resolvePassword(environment.world, environment.instance,
                                                     upstream.replication.password);
  if (!password.empty()) {
    // A new folder will be where the old one is; until then the old one has the file for both.
    const std::string passwords = node.data + "/" + kPasswords;
    for (const std::string& each : std::set<std::string>{folder, node.data}) {
      server.write(each + "/" + kPasswords,
                   fmt::format("{}:{}:*:{}:{}\n", field(upstream.address), upstream.port,
                               field(upstream.replication.user), field(password.reveal())));
    }
    info += " passfile=" + quoted(passwords);
  }
  server.write(file, withoutStream(server.read(file)) +
                         fmt::format("primary_conninfo = '{}'\nprimary_slot_name = '{}'\n", info,
                                     node.slot));
  server.write(folder + "/standby.signal", "");
}

}  // namespace cluster
