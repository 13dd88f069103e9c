#include "lib/doctor/doctor.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using core::Outcome;

namespace {

constexpr const char* kPing = "redis-cli --no-auth-warning -h localhost -p 6379 -n 0 PING";

config::Instance plain() {
  config::Instance instance;
  instance.name = "netbox";
  instance.database.name = "netbox";
  instance.database.application = {"localhost", 5432, "netbox", {}, ""};
  instance.database.admin = {"", 5432, "postgres", {}, "postgres"};
  return instance;
}

Outcome outcomeOf(const doctor::Results& results, const std::string& id) {
  for (const auto& one : results) {
    if (one.id == id) return one.outcome;
  }
  FAIL("no result " << id);
  return Outcome::unknown;
}

void identity(fakes::FakeDatabase& database) {
  database.on("server_version_num")
      .gives({"number", "text", "database", "oid", "recovering", "checksums", "may_ask"},
             {{"150020", "15.20", "postgres", "5", "f", "on", "f"}});
}

void rights(fakes::FakeDatabase& database, const char* super, const char* create,
            const char* owns) {
  database.on("rolsuper").gives({"rolsuper", "rolcreatedb", "owns"}, {{super, create, owns}});
}

void size(fakes::FakeDatabase& database, const char* bytes) {
  database.on("pg_database_size").gives({"bytes", "folder"}, {{bytes, "/data"}});
}

}  // namespace

TEST_CASE("Redis is asked through redis-cli, and its password goes the quiet way") {
  fakes::FakeWorld fake;
  auto instance = plain();
  fake.world().caller.environment["R"] = core::Secret("hunter2");
  instance.redis.password = {config::PasswordReference::From::environment, "R"};
  fake.shell.on(kPing).says("PONG\n");
  CHECK(doctor::pingRedis(fake.world(), instance).outcome == Outcome::pass);
  const auto& command = fake.shell.calls().at(0).command;
  CHECK(command.environment.at("REDISCLI_AUTH").reveal() == "hunter2");
  fake.shell.on(kPing).says("NOAUTH Authentication required.\n");
  CHECK(doctor::pingRedis(fake.world(), instance).outcome == Outcome::fail);
  fake.shell.on(kPing).complains("Could not connect to Redis").exits(1);
  CHECK(doctor::pingRedis(fake.world(), instance).outcome == Outcome::fail);
  fake.shell.on(kPing).fails(core::Error(core::Kind::not_found, "there is no program redis-cli"));
  const auto missing = doctor::pingRedis(fake.world(), instance);
  CHECK(missing.outcome == Outcome::unknown);
  CHECK_THAT(missing.hint, Contains("redis-tools"));
}

TEST_CASE("a backup folder must be closed to everybody else") {
  fakes::FakeWorld fake;
  auto instance = plain();
  instance.backup.folder = "/b";
  const auto result = [&] { return doctor::checkBackup(fake.world(), instance).at(0); };
  CHECK(result().outcome == Outcome::warn);
  fake.files.putFolder("/b", 0700);
  CHECK(result().outcome == Outcome::pass);
  fake.files.putFolder("/b", 0755);
  CHECK(result().outcome == Outcome::fail);
  CHECK_THAT(result().found, Contains("0755"));
  fake.files.putFolder("/b", 0770);
  CHECK(result().outcome == Outcome::warn);
  fake.files.putFolder("/b", 0700);
  fake.files.actAs(1000);
  CHECK(result().outcome == Outcome::unknown);
}

TEST_CASE("a superuser with its programs and room has all that a restore needs") {
  fakes::FakeWorld fake;
  fake.sql.database("netbox");
  auto& server = fake.sql.database("postgres");
  identity(server);
  identity(server);
  rights(server, "t", "t", "t");
  size(server, "1000000");
  fake.files.put("/usr/lib/postgresql/15/bin/pg_dump", "");
  fake.files.put("/usr/lib/postgresql/15/bin/pg_restore", "");
  fake.files.putFolder("/data");
  for (const auto& one : doctor::checkDatabase(fake.world(), plain())) {
    CAPTURE(one.id, one.found);
    CHECK(one.outcome == Outcome::pass);
  }
}

TEST_CASE("too little room, missing programs and too few rights are failures") {
  fakes::FakeWorld fake;
  fake.sql.database("netbox");
  auto& server = fake.sql.database("postgres");
  identity(server);
  identity(server);
  rights(server, "f", "f", "f");
  size(server, "1000000");
  fake.files.putFolder("/data");
  fake.files.free(1100000);
  const auto results = doctor::checkDatabase(fake.world(), plain());
  CHECK(outcomeOf(results, "database.rights") == Outcome::fail);
  CHECK(outcomeOf(results, "tools.pg_dump") == Outcome::fail);
  CHECK(outcomeOf(results, "database.room") == Outcome::fail);
}

TEST_CASE("a server that is down fails, a login that we can't try is unknown") {
  fakes::FakeWorld fake;
  auto instance = plain();
  fake.sql.goDown();
  auto results = doctor::checkDatabase(fake.world(), instance);
  CHECK(outcomeOf(results, "database.application") == Outcome::fail);
  instance.database.application.password = {config::PasswordReference::From::file, "/absent"};
  results = doctor::checkDatabase(fake.world(), instance);
  CHECK(outcomeOf(results, "database.application") == Outcome::unknown);
  fake.sql.comeUp();
  fake.sql.database("postgres");
  instance.database.application.password = {};
  fake.sql.database("netbox").refuses("28P01", "password authentication failed");
  instance.database.admin.user.clear();
  results = doctor::checkDatabase(fake.world(), instance);
  CHECK(outcomeOf(results, "database.application") == Outcome::fail);
  CHECK(outcomeOf(results, "database.admin") == Outcome::unknown);
}
