#include "lib/database/pooler.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"

namespace database {
namespace {

constexpr auto kLimit = std::chrono::seconds(5);

struct Seen {
  std::string mark;
  std::int64_t process = 0;
};

Seen look(ports::Sql& session) {
  const ports::SqlRows rows = session.query(
      "SELECT coalesce(current_setting('sotctl.same_session', true), '') AS mark, "
      "pg_backend_pid() AS process");
  return {rows.text(0, "mark"), rows.number(0, "process")};
}

}  // namespace

void refusePooler(Database& database) {
  const auto session = database.admin("postgres", kLimit);
  session->query("SELECT set_config('sotctl.same_session', 'yes', false)");
  const Seen before = look(*session);
  const auto other = database.admin("postgres", kLimit);
  other->query("BEGIN");  // holds what a pooler would lend next
  const bool shared = look(*other).process == before.process;
  const Seen now = shared ? Seen{} : look(*session);
  other->query("ROLLBACK");
  const bool same = before.mark == "yes" && now.mark == "yes" && now.process == before.process;
  if (!shared && same) return;
  const config::DatabaseLogin& admin = database.instance().database.admin;
  throw core::Error(
      core::Kind::refused,
      fmt::format("a connection pooler answers on {}:{}: two sessions share one of the server",
                  admin.host.empty() ? "the socket" : admin.host, admin.port),
      "Give the server's own address and port as the instance's database.admin: locks and settings "
      "are not safe through a pooler.");
}

}  // namespace database
