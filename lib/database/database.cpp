#include "lib/database/database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/application/password.hpp"
#include "lib/core/text.hpp"

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
    : world_(world), instance_(instance) {
  if (const auto* service = containerService(instance)) container_.emplace(world, *service);
}

ports::SqlTarget Database::target(const config::DatabaseLogin& login, const std::string& database) {
  ports::SqlTarget target;
  target.host = container_ ? container_->sockets(login.host) : login.host;
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

std::uint64_t Database::freeBytes(const std::string& folder) {
  if (!container_) return world_.files.freeBytes(folder);
  // POSIX: a line of titles, then device, blocks of 1024 bytes, used, available, …
  const std::string said = container_->ask({"df", "-Pk", "--", folder});
  std::vector<std::string> words = core::split(said.substr(said.find('\n') + 1), ' ');
  words.erase(std::remove(words.begin(), words.end(), ""), words.end());
  std::uint64_t blocks = 0;
  if (words.size() >= 6) {
    const std::string& text = words[3];
    const auto read = std::from_chars(text.data(), text.data() + text.size(), blocks);
    if (read.ec == std::errc()) return blocks * 1024;
  }
  throw core::Error(core::Kind::undetermined,
                    fmt::format("df in the container says {}", core::printable(said)));
}

std::string Database::resolved(const std::string& path) {
  if (container_) return container_->ask({"readlink", "-f", "--", path});
  return world_.files.resolve(path).value_or(path);
}

std::string programPrefix(ports::World& world, const config::Instance& instance) {
  if (const auto* service = containerService(instance)) {
    return Container(world, *service).prefixInWords();
  }
  const std::string& account = instance.database.admin.os_user;
  return account.empty() ? "" : core::shellLine({"runuser", "-u", account, "--"}) + " ";
}

}  // namespace database
