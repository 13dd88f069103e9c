#include "lib/service/process.hpp"

#include "tests/catch.hpp"
#include "tests/unit/service/proc.hpp"

TEST_CASE("a program's name with brackets and spaces does not shift what stands behind it") {
  const auto process = service::parseStat(
      "4711 (a) S (1 2) Z 1 4700 4600 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 338290 1 1\n");
  REQUIRE(process);
  CHECK(process->id == 4711);
  CHECK(process->ended);
  CHECK(process->parent == 1);
  CHECK(process->session == 4600);
  CHECK(process->started_ticks == 338290);
}

TEST_CASE("a line of another shape is no process") {
  CHECK_FALSE(service::parseStat(""));
  CHECK_FALSE(service::parseStat("4711 (gunicorn"));
  CHECK_FALSE(service::parseStat("4711 (gunicorn) S 1 2 3"));
  CHECK_FALSE(service::parseStat("x (gunicorn) S 1 4700 4600 0 -1 4 1 0 0 0 1 1 0 0 20 0 1 0 3 1"));
}

TEST_CASE("an argument may be empty, the end of the list is not one") {
  CHECK(service::parseCommand(std::string_view("a\0\0b\0", 5)) ==
        std::vector<std::string>{"a", "", "b"});
  CHECK(service::parseCommand("").empty());
}

TEST_CASE("a number that is used again is another process") {
  fakes::FakeWorld fake;
  proc::begin(fake.files);
  proc::run(fake.files, {.id = 500, .seconds_after_boot = 100, .command = "/bin/a"});
  service::Processes processes(fake.files);
  const auto before = processes.find(500);
  REQUIRE(before);
  CHECK(before->identity() == "500@10000-5f0c11aa");
  CHECK(processes.runs(*before));
  proc::run(fake.files, {.id = 500, .seconds_after_boot = 200, .command = "/bin/a"});
  CHECK_FALSE(processes.runs(*before));
}

TEST_CASE("a family has descendants of every depth, the session, and none that ended") {
  fakes::FakeWorld fake;
  proc::begin(fake.files);
  proc::run(fake.files, {.id = 500, .session = 500, .command = "master"});
  proc::run(fake.files, {.id = 400, .parent = 501, .session = 500, .command = "grandchild"});
  proc::run(fake.files, {.id = 501, .parent = 500, .session = 501, .command = "child"});
  proc::run(fake.files, {.id = 502, .parent = 1, .session = 500, .command = "orphan"});
  proc::run(fake.files, {.id = 503, .parent = 500, .session = 500, .command = "x", .state = 'Z'});
  proc::run(fake.files, {.id = 600, .parent = 1, .session = 600, .command = "stranger"});
  service::Processes processes(fake.files);
  std::vector<int> ids;
  for (const auto& one : processes.family(*processes.find(500))) ids.push_back(one.id);
  CHECK(ids == std::vector<int>{400, 500, 501, 502});
}
