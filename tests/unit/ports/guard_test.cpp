#include "lib/ports/guard.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

namespace {

struct Dry {
  fakes::FakeWorld fake;
  ports::DryWorld dry{fake.world()};
  ports::World& world = dry.world();
};

}  // namespace

TEST_CASE("in a dry run a changing command is a bug, and a looking one runs") {
  Dry dry;
  CHECK_THROWS_AS(dry.world.shell.run({.argv = {"rm", "x"}}), std::logic_error);
  CHECK_THROWS_AS(dry.world.shell.start({.argv = {"rm", "x"}}, nullptr, nullptr), std::logic_error);
  dry.fake.shell.on("uptime").says("up").times(2);
  CHECK(dry.world.shell.run({.argv = {"uptime"}, .mutates = false}).out == "up");
  CHECK(
      dry.world.shell.start({.argv = {"uptime"}, .mutates = false}, nullptr, nullptr)->wait().out ==
      "up");
}

TEST_CASE("in a dry run a changing statement is a bug, and a question is asked") {
  Dry dry;
  fakes::FakeDatabase& database = dry.fake.sql.database("netbox");
  database.on("SELECT 1").gives({"one"}, {{"1"}});
  database.on("COPY").copies("x\n");
  const auto session = dry.world.sql.connect({.database = "netbox"});
  core::StringSource source("x");
  core::StringSink sink;
  CHECK_THROWS_AS(session->execute("BEGIN"), std::logic_error);
  CHECK_THROWS_AS(session->transact([](ports::Sql&) {}), std::logic_error);
  CHECK_THROWS_AS(session->copyIn("COPY a FROM STDIN", source), std::logic_error);
  CHECK(session->query("SELECT 1 AS one").number(0, "one") == 1);
  CHECK(session->copyOut("COPY a TO STDOUT", sink) == 1);
  CHECK(session->alive());
}

TEST_CASE("in a dry run a changing request is a bug, and a looking one is sent") {
  Dry dry;
  ports::HttpRequest request;
  request.url = "http://netbox.example/";
  request.mutates = true;
  CHECK_THROWS_AS(dry.world.http.send(request), std::logic_error);
  request.mutates = false;
  dry.fake.http.on("GET", request.url);
  CHECK(dry.world.http.send(request).status == 200);
}

TEST_CASE("in a dry run every change of a file is a bug") {
  Dry dry;
  dry.fake.files.put("/a", "text");
  const std::vector<std::string> before = dry.fake.files.paths();
  ports::Files& files = dry.world.files;
  CHECK_THROWS_AS(files.replace("/a", "x", 0600), std::logic_error);
  CHECK_THROWS_AS(files.create("/b", 0600), std::logic_error);
  CHECK_THROWS_AS(files.append("/a", "x", 0600), std::logic_error);
  CHECK_THROWS_AS(files.truncate("/a", 0), std::logic_error);
  CHECK_THROWS_AS(files.makeFolder("/c", 0700), std::logic_error);
  CHECK_THROWS_AS(files.rename("/a", "/d"), std::logic_error);
  CHECK_THROWS_AS(files.remove("/a"), std::logic_error);
  CHECK_THROWS_AS(files.removeTree("/a"), std::logic_error);
  CHECK_THROWS_AS(files.setMode("/a", 0600), std::logic_error);
  CHECK_THROWS_AS(files.setOwner("/a", "root"), std::logic_error);
  CHECK_THROWS_AS(files.syncTree("/"), std::logic_error);
  CHECK_THROWS_AS(files.lock("/a"), std::logic_error);
  CHECK(files.read("/a") == "text");
  CHECK(files.list("/").size() == 1);
  CHECK(files.info("/a"));
  CHECK(dry.fake.files.paths() == before);
  CHECK(dry.fake.files.changes().empty());
}

TEST_CASE("in a dry run the other hosts can't be changed either") {
  Dry dry;
  auto& web = dry.fake.hosts.host("web1");
  ports::World& there = dry.world.hosts->world(dry.world, {.name = "web1"});
  CHECK_THROWS_AS(there.shell.run({.argv = {"rm", "x"}}), std::logic_error);
  CHECK_THROWS_AS(there.files.replace("/x", "", 0600), std::logic_error);
  web.shell.on("uptime").says("up");
  CHECK(there.shell.run({.argv = {"uptime"}, .mutates = false}).out == "up");
  CHECK_FALSE(there.files.info("/x"));
  CHECK(&there == &dry.world.hosts->world(dry.world, {.name = "web1"}));
}
