#include "lib/service/log.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;

TEST_CASE("lines of the journal carry time, words and priority") {
  // systemd 252, journalctl --output=json, shortened.
  const auto lines = parseJournal(
      "{\"__REALTIME_TIMESTAMP\":\"1795301295331360\",\"PRIORITY\":\"6\",\"MESSAGE\":\"up\"}\n"
      "{\"__REALTIME_TIMESTAMP\":\"1795301296000000\",\"PRIORITY\":\"3\",\"MESSAGE\":\"bad\"}\n"
      "{\"__REALTIME_TIMESTAMP\":\"1795301297000000\",\"MESSAGE\":[111,107]}\nnot json\n",
      "netbox");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].at == core::Time(std::chrono::microseconds(1795301295331360)));
  CHECK_FALSE(lines[0].error);
  CHECK(lines[1].error);
  CHECK(lines[2].text == "ok");
}

TEST_CASE("lines of a container's log carry nanoseconds") {
  const auto lines = parseContainerLog(
      "2026-11-21T22:48:15.331360085Z nautobot listening\n2026-11-21T22:48:16.000000001Z \n", "n");
  REQUIRE(lines.size() == 2);
  CHECK(core::formatUtc(*lines[0].at) == "2026-11-21T22:48:15.331360Z");
  CHECK(lines[0].text == "nautobot listening");
}

TEST_CASE("the time at the front of a file's line is read with its zone") {
  const auto lines = parseFileLog(
      "[2026-11-21 23:48:21 +0100] [12] [INFO] Booting\n"
      "2026-11-21 22:48:21.182 UTC [53] FATAL:  database does not exist\n  continued\n",
      "app");
  REQUIRE(lines.size() == 3);
  CHECK(core::formatUtc(*lines[0].at) == "2026-11-21T22:48:21.000000Z");
  CHECK(core::formatUtc(*lines[1].at) == "2026-11-21T22:48:21.182000Z");
  CHECK(lines[1].error);
  CHECK_FALSE(lines[2].at);
}

TEST_CASE("errors are known by level and by traceback, not by a word in a name") {
  CHECK(looksLikeError("[2026] [12] [ERROR] Exception in worker process"));
  CHECK(looksLikeError("django.db.utils CRITICAL: no"));
  CHECK(looksLikeError("Traceback (most recent call last):"));
  CHECK(looksLikeError("t=1 level=error msg=x"));
  CHECK_FALSE(looksLikeError("GET /static/error.css 200"));
  CHECK_FALSE(looksLikeError("LOG_ERRORS=0 TERRORS ERRORCODE"));
  const auto lines = parseFileLog(
      "Traceback (most recent call last):\n  File \"a.py\"\nValueError: no\nfine\n", "w");
  CHECK(lines[2].error);
  CHECK_FALSE(lines[3].error);
}

TEST_CASE("logs are merged by time, and lines without one stay behind theirs") {
  std::vector<LogLine> lines = parseFileLog("2026-11-21 10:00:02Z b\n more b\n", "b");
  for (auto& line : parseFileLog("2026-11-21 10:00:01Z a\n2026-11-21 10:00:03Z c\n", "a")) {
    lines.push_back(line);
  }
  sortByTime(lines);
  CHECK(lines[0].text == "2026-11-21 10:00:01Z a");
  CHECK(lines[1].text == "2026-11-21 10:00:02Z b");
  CHECK(lines[2].text == " more b");
  CHECK(lines[3].text == "2026-11-21 10:00:03Z c");
}

TEST_CASE("a log that was rotated since is read on in both files") {
  fakes::FakeWorld fake;
  fake.shell.on("stat * /var/log/app.log").says("7 20\n");
  fake.shell.on("stat * /var/log/app.log.1").says("5 100\n");
  fake.shell.on("tail -c +91 -- /var/log/app.log.1").says("2026-11-21 10:00:01Z ERROR old end\n");
  fake.shell.on("tail -c +1 -- /var/log/app.log").says("2026-11-21 10:00:02Z new\n");
  config::ServiceSettings service;
  service.name = "app";
  service.manager = config::ServiceManager::pid_file;
  service.log = "/var/log/app.log";
  LogRange range;
  range.place = FilePlace{5, 90};
  const auto lines = readLog(fake.world(), service, range);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].error);
  CHECK(lines[1].text == "2026-11-21 10:00:02Z new");
}
