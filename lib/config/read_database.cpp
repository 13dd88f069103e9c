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

/// Images make the application's role their superuser.
DatabaseLogin adminOfImage(const DatabaseLogin& application, const Table& database,
                           Origins& origins) {
  for (const char* key : {"port", "user"}) {
    origins[database.path() + ".admin." + key] = "default: as application, in its container";
  }
  return application;
}

/// Within a container there are its own sockets alone.
void checkInside(Table& table, const std::string& key, const DatabaseLogin& login) {
  if (!login.host.empty() && login.host[0] != '/') {
    table.complain(key,
                   "has a host, and the server is in the container of \"service\": leave host "
                   "out, or name the folder of sockets in there");
  }
  if (!login.os_user.empty()) {
    table.complain(key, "has an os_user, which is for a server outside of containers");
  }
}

}  // namespace

DatabaseSettings readDatabase(Table& table, Origins& origins) {
  DatabaseSettings database;
  table.require("name", "name = \"netbox\"");
  database.name = table.text("name");
  database.tools = table.absolutePath("tools");
  table.require("application", "application = { user = \"netbox\" }");
  database.service = table.text("service");
  if (auto login = table.table("application")) database.application = readLogin(*login, 5432);
  if (auto login = table.table("admin")) {
    database.admin = readLogin(*login, database.application.port);
  } else if (!database.service.empty()) {
    database.admin = adminOfImage(database.application, table, origins);
  } else {
    database.admin = usualAdmin(database.application, table, origins);
  }
  if (!database.service.empty()) {
    checkInside(table, "application", database.application);
    if (table.has("admin")) checkInside(table, "admin", database.admin);
  }
  table.finish();
  return database;
}

}  // namespace config
