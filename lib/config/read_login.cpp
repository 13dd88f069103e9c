#include <fmt/format.h>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {

PasswordReference readPassword(Table& login, const std::string& application_name,
                               const std::string& key) {
  if (login.has(key) && !login.isTable(key)) {
    login.peek(key);
    login.complain(
        key,
        "must say where it is: { file = \"/etc/sotctl/netbox.password\" }, "
        "{ environment = \"NAME\" } or { application = true }; never the password itself");
    return {};
  }
  auto table = login.table(key);
  if (!table) return {};
  const std::string file = table->absolutePath("file");
  const std::string variable = table->text("environment");
  const bool application = !application_name.empty() && table->flag("application");
  table->finish();
  login.keepOrigin(key);
  if (!file.empty() + !variable.empty() + application != 1) {
    table->complainHere(application_name.empty()
                            ? "needs exactly one of file and environment"
                            : "needs exactly one of file, environment and application = true");
    return {};
  }
  if (!file.empty()) return {PasswordReference::From::file, file};
  if (application) return {PasswordReference::From::application, application_name};
  if (variable.find_first_of("= ") != std::string::npos) {
    table->complain("environment", "is not the name of a variable");
  }
  return {PasswordReference::From::environment, variable};
}

DatabaseLogin readLogin(Table& table, int default_port) {
  DatabaseLogin login;
  table.require("user", "user = \"netbox\"");
  login.host = table.text("host");
  login.port = table.number("port", default_port, 1, 65535);
  login.user = table.text("user");
  login.os_user = table.text("os_user");
  login.password = readPassword(table, "database");
  if (!login.os_user.empty() && !login.host.empty() && login.host[0] != '/') {
    table.complain("os_user", fmt::format("needs a socket folder as host, and host is \"{}\"",
                                          core::printable(login.host)));
  }
  table.finish();
  return login;
}

}  // namespace config
