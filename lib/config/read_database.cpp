#include "lib/config/read.hpp"

namespace config {
namespace {

bool onThisHost(const std::string& host) {
  return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" ||
         host == "::1";
}

/// The login of the account postgres through the socket, as every package sets it up; only where
/// the server is on this host.
DatabaseLogin usualAdmin(const DatabaseLogin& application, const Table& database,
                         Origins& origins) {
  DatabaseLogin admin;
  admin.port = application.port;
  if (!onThisHost(application.host)) return admin;
  if (!application.host.empty() && application.host[0] == '/') admin.host = application.host;
  admin.user = "postgres";
  admin.os_user = "postgres";
  for (const char* key : {"port", "user", "os_user"}) {
    origins[database.path() + ".admin." + key] = "default: account postgres through the socket";
  }
  if (!admin.host.empty()) origins[database.path() + ".admin.host"] = "default: as application";
  return admin;
}

}  // namespace

DatabaseSettings readDatabase(Table& table, Origins& origins) {
  DatabaseSettings database;
  table.require("name", "name = \"netbox\"");
  database.name = table.text("name");
  database.tools = table.absolutePath("tools");
  table.require("application", "application = { user = \"netbox\" }");
  if (auto login = table.table("application")) database.application = readLogin(*login, 5432);
  if (auto login = table.table("admin")) {
    database.admin = readLogin(*login, database.application.port);
  } else {
    database.admin = usualAdmin(database.application, table, origins);
  }
  table.finish();
  return database;
}

}  // namespace config
