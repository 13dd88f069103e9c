#include "lib/database/database.hpp"

#include <fmt/format.h>

#include "lib/application/password.hpp"

namespace database {
namespace {

constexpr std::string_view kIdentity = R"(
SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text,
       current_database() AS database,
       (SELECT oid FROM pg_database WHERE datname = current_database()) AS oid,
       pg_is_in_recovery() AS recovering, current_setting('data_checksums') AS checksums,
       has_function_privilege('pg_control_system()', 'EXECUTE') AS may_ask)";

}  // namespace

Database::Database(ports::World& world, const config::Instance& instance)
    : world_(world), instance_(instance) {}

ports::SqlTarget Database::target(const config::DatabaseLogin& login, const std::string& database) {
  ports::SqlTarget target;
  target.host = login.host;
  target.port = login.port;
  target.database = database;
  target.user = login.user;
  target.os_user = login.os_user;
  target.password = application::resolvePassword(world_, instance_, login.password);
  return target;
}

std::unique_ptr<ports::Sql> Database::admin(const std::string& database,
                                            std::chrono::milliseconds limit) {
  ports::SqlTarget to = target(instance_.database.admin, database);
  to.statement_limit = limit;
  return world_.sql.connect(to);
}

std::unique_ptr<ports::Sql> Database::application(const std::string& database) {
  return world_.sql.connect(
      target(instance_.database.application, database.empty() ? name() : database));
}

Identity Database::identity(const std::string& database) { return identityOf(*admin(database)); }

int Database::serverVersion() {
  if (server_version_ == 0) server_version_ = identity("postgres").server_version;
  return server_version_;
}

Identity identityOf(ports::Sql& session) {
  const ports::SqlRows rows = session.query(kIdentity);
  Identity identity;
  identity.server_version = static_cast<int>(rows.number(0, "number"));
  identity.server_version_text = rows.text(0, "text");
  identity.database = rows.text(0, "database");
  identity.oid = rows.number(0, "oid");
  identity.in_recovery = rows.boolean(0, "recovering");
  identity.checksums = rows.text(0, "checksums");
  if (rows.boolean(0, "may_ask")) {
    identity.system = session.query("SELECT system_identifier::text AS id FROM pg_control_system()")
                          .text(0, "id");
  }
  return identity;
}

std::string accountPrefix(const config::DatabaseLogin& login) {
  return login.os_user.empty() ? "" : fmt::format("runuser -u {} -- ", login.os_user);
}

}  // namespace database
