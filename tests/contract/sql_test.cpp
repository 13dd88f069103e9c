#include "lib/ports/sql.hpp"

#include "lib/adapters/postgres.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/sql.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/private_postgres.hpp"

using support::kindOf;

namespace {

std::string stateOf(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const ports::SqlError& error) {
    return error.sqlstate();
  }
}

/// What every SQL server does. A fake is scripted for it below.
void keepsContract(ports::SqlServer& server, core::Cancellation& cancellation,
                   const ports::SqlTarget& target, const std::function<void()>& stop) {
  const auto session = server.connect(target);
  const ports::SqlRows rows =
      session->query("SELECT $1::text AS word, $2::int AS nothing, true AS yes", {"it's", {}});
  CHECK(rows.columns == std::vector<std::string>{"word", "nothing", "yes"});
  CHECK(rows.size() == 1);
  CHECK(rows.text(0, "word") == "it's");
  CHECK(rows.isNull(0, "nothing"));
  CHECK(rows.boolean(0, "yes"));
  CHECK_THROWS_AS(rows.text(0, "other"), std::logic_error);
  CHECK_THROWS_AS(rows.text(1, "word"), std::logic_error);

  session->execute("CREATE TEMP TABLE contract (id int, word text)");
  core::StringSource in("1\tone\n2\ttwo\n");
  CHECK(session->copyIn("COPY contract FROM STDIN", in) == 2);
  core::StringSink out;
  CHECK(session->copyOut("COPY (TABLE contract ORDER BY id) TO STDOUT", out) == 2);
  CHECK(out.text() == "1\tone\n2\ttwo\n");

  CHECK(stateOf([&] { session->query("SELECT * FROM nowhere"); }) == "42P01");
  CHECK(kindOf([&] { session->query("SELECT * FROM nowhere"); }) == "unexpected");
  CHECK_THROWS_AS(session->transact([](ports::Sql& sql) {
    sql.execute("DELETE FROM contract");
    throw core::Error(core::Kind::refused, "changed my mind");
  }),
                  core::Error);
  CHECK(session->query("SELECT count(*) AS n FROM contract").number(0, "n") == 2);

  ports::SqlTarget missing = target;
  missing.database = "missing";
  CHECK(kindOf([&] { server.connect(missing); }) == "not_found");
  CHECK(stateOf([&] { server.connect(missing); }) == "3D000");

  cancellation.request();
  CHECK(kindOf([&] { session->query("SELECT 1"); }) == "interrupted");
  CHECK(kindOf([&] { session->execute("ROLLBACK"); }) == "no error");
  cancellation.reset();

  CHECK(session->alive());
  stop();
  CHECK(kindOf([&] { session->query("SELECT 1"); }) == "unreachable");
  CHECK_FALSE(session->alive());
  CHECK(kindOf([&] { session->execute("BEGIN"); }) == "unreachable");
  CHECK(kindOf([&] { server.connect(target); }) == "unreachable");
}

}  // namespace

TEST_CASE("PostgreSQL keeps the contract of SQL servers", "[postgres]") {
  support::PrivatePostgres postgres;
  core::Cancellation cancellation;
  adapters::PostgresServer server(cancellation);
  keepsContract(server, cancellation, postgres.target(), [&] { postgres.kill(); });
}

TEST_CASE("the fake SQL server keeps the contract of SQL servers") {
  core::Cancellation cancellation;
  fakes::FakeSqlServer server(cancellation);
  fakes::FakeDatabase& database = server.database("postgres");
  database.on("AS word").gives({"word", "nothing", "yes"}, {{"it's", {}, "t"}});
  database.on("CREATE TEMP TABLE contract");
  database.on("FROM STDIN");
  database.on("TO STDOUT").copies("1\tone\n2\ttwo\n");
  database.on("FROM nowhere").fails("42P01", "relation \"nowhere\" does not exist").times(2);
  database.on("DELETE FROM contract");
  database.on("count(*)").gives({"n"}, {{"2"}});
  ports::SqlTarget target;
  target.database = "postgres";
  keepsContract(server, cancellation, target, [&] { server.goDown(); });
  CHECK(database.statements()[2].copied == "1\tone\n2\ttwo\n");
  CHECK(database.openSessions() == 0);
}
