#include "tests/fakes/world.hpp"

#include <cerrno>

#include "tests/catch.hpp"

TEST_CASE("a fake shell objects to a command that nobody expected, and to one that never came") {
  const core::Cancellation cancellation;
  fakes::FakeShell shell(cancellation);
  shell.on("true");
  CHECK_THROWS_AS(shell.run({.argv = {"false"}}), std::logic_error);
  CHECK(shell.complaints().take() == std::vector<std::string>{"unexpected command: false"});
  CHECK(shell.run({.argv = {"true"}}).ok());
}

TEST_CASE("a fake database objects to a statement that nobody expected") {
  fakes::FakeWorld fake;
  fakes::FakeDatabase& database = fake.sql.database("netbox");
  database.on("FROM dcim_device").gives({"n"}, {{"42"}});
  const auto session = fake.world().sql.connect({.database = "netbox"});
  CHECK(session->query("SELECT count(*) AS n FROM dcim_device").number(0, "n") == 42);
  CHECK_THROWS_AS(session->query("SELECT 1"), std::logic_error);
  CHECK(database.complaints().take().size() == 1);
}

TEST_CASE("a session that was dropped tells with its next statement, and stays lost") {
  fakes::FakeWorld fake;
  fake.sql.database("netbox");
  const auto session = fake.world().sql.connect({.database = "netbox"});
  fake.sql.goDown();
  CHECK(session->alive());
  CHECK_THROWS_AS(session->execute("BEGIN"), ports::SqlError);
  CHECK_FALSE(session->alive());
  fake.sql.comeUp();
  CHECK_THROWS_AS(session->execute("BEGIN"), ports::SqlError);
}

TEST_CASE("files in memory fail at the chosen change and lose what was not synced") {
  fakes::FakeWorld fake;
  fake.files.putFolder("/data");
  fake.files.putUnsynced("/data/a", "text");
  fake.files.failAt(2, ENOSPC);
  fake.files.replace("/data/b", "b", 0600);
  CHECK_THROWS_AS(fake.files.replace("/data/c", "c", 0600), core::Error);
  fake.files.heal();
  auto half = fake.files.create("/data/d", 0600);
  half->write("half");
  fake.files.losePower();
  half.reset();
  CHECK(fake.files.read("/data/a").empty());
  CHECK(fake.files.read("/data/b") == "b");
  CHECK(fake.files.changes() == std::vector<std::string>{"replace /data/b"});
  CHECK(fake.files.paths().back().starts_with("/data/d.partial-"));
}

TEST_CASE("a fake clock moves only by sleeping") {
  fakes::FakeWorld fake;
  const auto before = fake.clock.now();
  fake.world().clock.sleep(std::chrono::minutes(2));
  CHECK(fake.clock.now() - before == std::chrono::minutes(2));
  fake.cancellation.request();
  CHECK_THROWS_AS(fake.clock.sleep(std::chrono::seconds(1)), core::Error);
}
