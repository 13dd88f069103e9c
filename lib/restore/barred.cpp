#include "lib/restore/barred.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "database.barred";
constexpr auto kLimit = std::chrono::seconds(10);  // for sessions to end; it is downtime
constexpr auto kPause = std::chrono::milliseconds(20);

ports::SqlRows sessions(ports::Sql& sql, const std::string& database) {
  return sql.query(
      "SELECT pid::text AS pid, coalesce(usename, '') AS account, application_name AS program, "
      "coalesce(host(client_addr), 'local socket') AS place, coalesce(state, '') AS state "
      "FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() "
      "AND backend_type <> 'autovacuum worker' ORDER BY pid",
      {database});
}

std::string inWords(const ports::SqlRows& rows) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < rows.size() && i < 5; ++i) {
    words.push_back(fmt::format("pid {} ({} by {} from {}, {})", rows.text(i, "pid"),
                                core::printable(rows.text(i, "program")),
                                core::printable(rows.text(i, "account")), rows.text(i, "place"),
                                rows.text(i, "state")));
  }
  return core::join(words, "; ");
}

bool connectable(ports::Sql& sql, const std::string& database) {
  const ports::SqlRows found =
      sql.query("SELECT datallowconn AS allowed FROM pg_database WHERE datname = $1", {database});
  return !found.empty() && found.boolean(0, "allowed");
}

}  // namespace

Barred::Barred(Environment environment, const core::Json& arguments)
    : environment_(environment), database_(arguments.at("database").get<std::string>()) {}

std::string Barred::title() const {
  return fmt::format("sessions in database {} are ended and kept out", database_);
}

step::Observation Barred::observe(const core::Json*) {
  const auto sql = environment_.admin();
  const ports::SqlRows there = sessions(*sql, database_);
  const bool open = connectable(*sql, database_);
  const auto count = static_cast<std::int64_t>(there.size());
  return step::observed(check(kKind, "database " + database_,
                              open || count > 0 ? core::Outcome::fail : core::Outcome::pass,
                              fmt::format("{}, {}", core::plural(count, "session", "sessions"),
                                          open ? "new ones are let in" : "new ones are kept out"),
                              title()));
}

core::Json Barred::before() {
  const auto sql = environment_.admin();
  return {{"connectable", connectable(*sql, database_)}};
}

void Barred::apply(const core::Json&, core::Progress& progress) {
  const auto sql = environment_.admin();
  if (databaseOid(*sql, database_)) allow(*sql, false);
  endSessions(*sql, progress);
}

void Barred::endSessions(ports::Sql& sql, core::Progress& progress) {
  ports::Clock& clock = environment_.world.clock;
  const auto begin = clock.steady();
  ports::SqlRows there = sessions(sql, database_);
  if (!there.empty()) {
    progress.say(fmt::format(
        "ending {} in {}",
        core::plural(static_cast<std::int64_t>(there.size()), "session", "sessions"), database_));
  }
  while (!there.empty()) {
    if (clock.steady() - begin > kLimit) {
      throw core::Error(
          core::Kind::timed_out,
          fmt::format("sessions in database {} do not end: {}", database_, inWords(there)),
          "Look at those processes on the database host, end them, then try again.");
    }
    sql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = $1 AND pid <> pg_backend_pid()",
        {database_});
    clock.sleep(kPause);
    there = sessions(sql, database_);
  }
}

void Barred::allow(ports::Sql& sql, bool allowed) {
  sql.execute(fmt::format("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}", ports::sqlName(database_),
                          allowed ? "true" : "false"));
}

step::Observation Barred::observeClosed(const core::Json& before) {
  const auto sql = environment_.admin();
  const bool open = connectable(*sql, database_);
  const bool wanted = before.at("connectable").get<bool>();
  if (!databaseOid(*sql, database_)) {
    return step::observed(
        check(kKind, "database " + database_, core::Outcome::pass, "there is no such database"));
  }
  return step::observed(check(
      kKind, "database " + database_, open || !wanted ? core::Outcome::pass : core::Outcome::fail,
      open ? "sessions are let in" : "sessions are kept out", "as it was before"));
}

void Barred::close(const core::Json& before, core::Progress&) {
  if (!before.at("connectable").get<bool>()) return;
  const auto sql = environment_.admin();
  if (databaseOid(*sql, database_) && !connectable(*sql, database_)) allow(*sql, true);
}

std::vector<std::string> Barred::manual() const {
  return {psqlLine(environment_, "postgres",
                   fmt::format("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false",
                               ports::sqlName(database_))),
          psqlLine(environment_, "postgres",
                   fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                               "datname = {}",
                               ports::sqlText(database_)))};
}

std::vector<std::string> Barred::manualClose() const {
  return {psqlLine(
      environment_, "postgres",
      fmt::format("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", ports::sqlName(database_)))};
}

}  // namespace restore
