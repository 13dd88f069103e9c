#include "lib/adapters/postgres.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "tests/catch.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/private_postgres.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::chrono_literals;
using support::kindOf;

namespace {

using Clock = std::chrono::steady_clock;

/// One server for all cases of this file: starting one takes a second.
support::PrivatePostgres& postgres() {
  static support::PrivatePostgres server;
  return server;
}

struct World {
  core::Cancellation cancellation;
  adapters::PostgresServer server{cancellation};
  std::unique_ptr<ports::Sql> open() { return server.connect(postgres().target()); }

  /// Runs `work` and requests the cancellation meanwhile; gives the kind and how long it took.
  std::pair<std::string, Clock::duration> interrupting(const std::function<void()>& work) {
    std::thread later([&] {
      std::this_thread::sleep_for(200ms);
      cancellation.request();
    });
    const auto begun = Clock::now();
    const std::string kind = kindOf(work);
    const auto took = Clock::now() - begun;
    later.join();
    cancellation.reset();
    return {kind, took};
  }
};

std::string messageOf(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const core::Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
}

class Rows : public core::Source {
 public:
  explicit Rows(int blocks) : left_(blocks) {}
  std::size_t read(std::span<char> block) override {
    if (left_-- <= 0) return 0;
    for (std::size_t i = 0; i < block.size(); i += 2) {
      block[i] = '7';
      block[i + 1] = '\n';
    }
    return block.size();
  }

 private:
  int left_;
};

class CountingSink : public core::Sink {
 public:
  void write(std::string_view bytes) override { count += bytes.size(); }
  std::size_t count = 0;
};

class Broken : public core::Source, public core::Sink {
 public:
  std::size_t read(std::span<char> block) override {
    if (reads_++ > 3) throw core::Error(core::Kind::corrupt, "the source broke");
    return Rows(1).read(block);
  }
  void write(std::string_view) override {
    throw core::Error(core::Kind::corrupt, "the sink broke");
  }

 private:
  int reads_ = 0;
};

}  // namespace

TEST_CASE("a terminated session is never replaced, and its lock is known to be lost",
          "[postgres]") {
  World world;
  const auto holder = world.open();
  const auto other = world.open();
  holder->execute("SELECT pg_advisory_lock(42)");
  const std::string pid = holder->query("SELECT pg_backend_pid() AS pid").text(0, "pid");
  other->execute("SELECT pg_terminate_backend($1::int, 5000)", {pid});
  for (int tries = 0; tries < 5; ++tries) {
    CHECK(kindOf([&] { holder->query("SELECT 1"); }) == "unreachable");
    CHECK_FALSE(holder->alive());
  }
  core::StringSink out;
  CHECK(kindOf([&] { holder->copyOut("COPY (SELECT 1) TO STDOUT", out); }) == "unreachable");
  CHECK(other->query("SELECT pg_try_advisory_lock(42) AS got").boolean(0, "got"));
}

TEST_CASE("the reason why a session ended is told", "[postgres]") {
  World world;
  const auto session = world.open();
  const std::string message =
      messageOf([&] { session->query("SELECT pg_terminate_backend(pg_backend_pid())"); });
  CHECK_THAT(message,
             Catch::Contains("administrator command") && Catch::Contains("database postgres"));
}

TEST_CASE("an interrupt cancels a query, a lock wait and COPY, and the session goes on",
          "[postgres]") {
  World world;
  const auto session = world.open();
  const auto blocker = world.open();
  session->execute("CREATE TABLE IF NOT EXISTS waiting (i int)");
  blocker->execute("BEGIN");
  blocker->execute("LOCK TABLE waiting");
  CountingSink out;
  const std::vector<std::function<void()>> works{
      [&] { session->query("SELECT pg_sleep(60)"); }, [&] { session->query("TABLE waiting"); },
      [&] {
        session->copyOut("COPY (SELECT pg_sleep(0.01) FROM generate_series(1, 9999)) TO STDOUT",
                         out);
      },
      [&] {
        Rows endless(1 << 30);
        session->copyIn("COPY sink FROM STDIN", endless);
      }};
  session->execute("CREATE TEMP TABLE sink (i int)");
  for (const auto& work : works) {
    const auto [kind, took] = world.interrupting(work);
    CHECK(kind == "interrupted");
    CHECK(took < 4s);
    CHECK(session->alive());
    CHECK(session->query("SELECT 1 AS one").number(0, "one") == 1);
  }
  blocker->execute("ROLLBACK");
}

TEST_CASE("cancel() from another thread and the limits of the session end a statement",
          "[postgres]") {
  World world;
  const auto session = world.open();
  std::thread later([&] {
    std::this_thread::sleep_for(200ms);
    session->cancel();
  });
  CHECK(kindOf([&] { session->query("SELECT pg_sleep(60)"); }) == "timed_out");
  later.join();
  ports::SqlTarget hasty = postgres().target();
  hasty.statement_limit = 200ms;
  CHECK(kindOf([&] { world.server.connect(hasty)->query("SELECT pg_sleep(60)"); }) == "timed_out");
  hasty.statement_limit = 60s;
  hasty.lock_limit = 200ms;
  session->execute("CREATE TABLE IF NOT EXISTS locked ()");
  session->execute("BEGIN");
  session->execute("LOCK TABLE locked");
  CHECK(kindOf([&] { world.server.connect(hasty)->query("TABLE locked"); }) == "timed_out");
  session->execute("ROLLBACK");
}

TEST_CASE("a stream that breaks during COPY is what is reported, and the session goes on",
          "[postgres]") {
  World world;
  const auto session = world.open();
  session->execute("CREATE TEMP TABLE half (i int)");
  Broken broken;
  CHECK(kindOf([&] {
          session->copyOut(
              "COPY (SELECT i, repeat('x', 99) FROM generate_series(1, 1000000) i) TO STDOUT",
              broken);
        }) == "corrupt");
  CHECK(kindOf([&] { session->copyIn("COPY half FROM STDIN", broken); }) == "corrupt");
  CHECK(session->query("SELECT count(*) AS n FROM half").number(0, "n") == 0);
  core::StringSource wrong("1\nnot a number\n");
  CHECK_THAT(messageOf([&] { session->copyIn("COPY half FROM STDIN", wrong); }),
             Catch::Contains("invalid input syntax"));
  CHECK_THROWS_AS(session->copyIn("COPY half TO STDOUT", wrong), std::logic_error);
  CHECK_THROWS_AS(session->copyIn("SELECT 1", wrong), std::logic_error);
  CHECK(session->alive());
}

TEST_CASE("COPY moves millions of rows both ways", "[postgres]") {
  World world;
  const auto session = world.open();
  session->execute("CREATE TEMP TABLE many (i int)");
  Rows rows(16);
  CHECK(session->copyIn("COPY many FROM STDIN", rows) == 16 * 131072);
  CountingSink out;
  CHECK(session->copyOut("COPY many TO STDOUT", out) == 16 * 131072);
  CHECK(out.count == 16 * 262144);
}

TEST_CASE("nothing but the target decides where a session goes", "[postgres]") {
  const support::TemporaryFolder home;
  for (const auto& [name, value] :
       std::vector<std::pair<const char*, std::string>>{{"PGHOST", "/nowhere"},
                                                        {"PGHOSTADDR", "192.0.2.1"},
                                                        {"PGSERVICE", "other"},
                                                        {"PGOPTIONS", "-c work_mem=1MB"},
                                                        {"PGPASSWORD", "right"},
                                                        {"PGDATABASE", "other"}}) {
    setenv(name, value.c_str(), 1);
  }
  World world;
  const auto session = world.open();
  CHECK(session->query("SHOW work_mem").text(0, "work_mem") == "4MB");
  session->execute("CREATE ROLE app LOGIN PASSWORD 'right'");
  CHECK(kindOf([&] { world.server.connect(postgres().tcp("app", "")); }) == "denied");
  CHECK(kindOf([&] { world.server.connect(postgres().tcp("app", "right")); }) == "no error");
}

TEST_CASE("a refused login names server and database, not the password", "[postgres]") {
  World world;
  const std::string secret = "s3cret' host=elsewhere";
  const std::string message =
      messageOf([&] { world.server.connect(postgres().tcp("nobody", secret)); });
  CHECK_THAT(message, Catch::Contains(fmt::format("database postgres on 127.0.0.1:{} as nobody",
                                                  postgres().port())));
  CHECK_THAT(message, !Catch::Contains("s3cret"));
  ports::SqlTarget target = postgres().target("a b' host=elsewhere");
  CHECK(kindOf([&] { world.server.connect(target); }) == "not_found");
}

TEST_CASE("every SQLSTATE arrives, also those that libpqxx has classes of its own for",
          "[postgres]") {
  World world;
  const auto session = world.open();
  for (const std::string state : {"42501", "40P01", "40001", "53100", "53200", "53300", "23505",
                                  "22P02", "0A000", "55P03", "P0001", "42601", "57014"}) {
    try {
      session->execute(fmt::format("DO $$ BEGIN RAISE SQLSTATE '{}'; END $$", state));
      FAIL("no error for " << state);
    } catch (const ports::SqlError& error) {
      CHECK(error.sqlstate() == state);
    }
    CHECK(session->alive());
  }
}

TEST_CASE("rights are told apart from other errors", "[postgres]") {
  World world;
  const auto session = world.open();
  session->execute("CREATE ROLE weak; CREATE TABLE guarded (); SET ROLE weak");
  CHECK(kindOf([&] { session->query("TABLE guarded"); }) == "denied");
  session->execute("RESET ROLE");
}

TEST_CASE("answers look the same whatever the role's settings are", "[postgres]") {
  World world;
  world.open()->execute("ALTER ROLE postgres SET datestyle = 'German'");
  const auto session = world.open();
  CHECK(session
            ->query("SELECT '2026-11-21 03:00:00+00'::timestamptz AS t, '\\x41'::bytea AS b, "
                    "0.1::float8 + 0.2 AS f")
            .rows[0] ==
        std::vector<ports::SqlValue>{"2026-11-21 03:00:00+00", "\\x41", "0.30000000000000004"});
  session->execute("ALTER ROLE postgres RESET datestyle");
}

TEST_CASE("a session opens under another account's identity and gives it back", "[root]") {
  if (geteuid() != 0) return;
  support::PrivatePostgres server;
  std::filesystem::resize_file(server.socketFolder() + "/data/pg_hba.conf", 0);
  FILE* rules = fopen((server.socketFolder() + "/data/pg_hba.conf").c_str(), "w");
  fputs("local all all peer\n", rules);
  fclose(rules);
  server.restart();
  World world;
  ports::SqlTarget target = server.target();
  CHECK(kindOf([&] { world.server.connect(target); }) == "denied");
  target.os_user = "postgres";
  CHECK(world.server.connect(target)->query("SELECT 1 AS one").number(0, "one") == 1);
  CHECK(geteuid() == 0);
  target.database = "missing";
  CHECK(kindOf([&] { world.server.connect(target); }) == "not_found");
  CHECK(geteuid() == 0);
  target.os_user = "no-such-account";
  CHECK(kindOf([&] { world.server.connect(target); }) == "not_found");
}

TEST_CASE("a host that does not answer is given up after the limit", "[postgres]") {
  World world;
  ports::SqlTarget target = postgres().target();
  target.host = "127.0.0.1";
  target.port = support::silentPort();
  target.connect_limit = 300ms;
  const auto begun = Clock::now();
  CHECK(kindOf([&] { world.server.connect(target); }) == "timed_out");
  CHECK(Clock::now() - begun < 3s);
  target.connect_limit = 60s;
  CHECK(world.interrupting([&] { world.server.connect(target); }).first == "interrupted");
}
