#include "tests/unit/validation/trio.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using validation_test::Bench;
using validation_test::putService;

TEST_CASE("job: it runs, stays in the queue, ends as failed; no Redis") {
  const auto ask = [](const std::string& status) {
    auto bench = std::make_unique<Bench>();
    bench->fakes.shell.on("redis-cli *")
        .does([status](const ports::Command&, const std::string& input) {
          ports::Outcome outcome;
          if (input.starts_with("HGET")) outcome.out = status + "\n";
          return outcome;
        })
        .always();
    auto result = bench->ask("job", {{"within", "1s"}});
    const auto& calls = bench->fakes.shell.calls();
    CHECK_THAT(calls.front().input,
               Contains("RPUSH \"rq:queue:default\" \"sotctl-probe-20261121T030000Z"));
    CHECK(calls.front().command.mutates);
    CHECK_THAT(calls.back().input, Contains("DEL \"rq:job:sotctl-probe-"));
    return result;
  };
  CHECK(ask("finished").outcome == Outcome::pass);
  const auto waiting = ask("queued");
  CHECK(waiting.outcome == Outcome::fail);
  CHECK_THAT(waiting.hint, Contains("No worker takes jobs"));
  CHECK_THAT(ask("failed").found, Contains("ended as \"failed\""));
  Bench bench;
  bench.fakes.shell.on("redis-cli *").exits(1).complains("Could not connect to Redis").always();
  CHECK(bench.ask("job").outcome == Outcome::fail);
  Bench denied;
  denied.fakes.shell.on("redis-cli *").says("NOAUTH Authentication required.\n").always();
  CHECK(denied.ask("job").outcome == Outcome::unknown);
}

TEST_CASE("queues: short, long, too long, not to be had") {
  const auto ask = [](const std::string& length) {
    Bench bench;
    bench.fakes.shell.on("redis-cli *")
        .does([length](const ports::Command&, const std::string& input) {
          ports::Outcome outcome;
          outcome.out = input.starts_with("SMEMBERS") ? "rq:queue:default\n" : length + "\n";
          return outcome;
        })
        .always();
    return bench.ask("queues");
  };
  const auto good = ask("3");
  CHECK(good.outcome == Outcome::pass);
  REQUIRE(good.measures.size() == 1);
  CHECK(good.measures[0].value == 3);
  CHECK(ask("101").outcome == Outcome::warn);
  CHECK(ask("10001").outcome == Outcome::fail);
  Bench bench;
  bench.fakes.shell.on("redis-cli *").says("LOADING Redis is loading\n");
  CHECK(bench.ask("queues").outcome == Outcome::unknown);
}

TEST_CASE("sql-none: nothing, offenders named, the database down") {
  Bench bench;
  const core::Json with{{"query", "SELECT slug FROM extras_tag"}, {"what", "old tags"}};
  bench.database().on("extras_tag").gives({"slug"}, {});
  CHECK(bench.ask("sql-none", with).outcome == Outcome::pass);
  bench.database().on("extras_tag").gives({"slug", "n"}, {{"a", "1"}, {"b", std::nullopt}});
  const auto found = bench.ask("sql-none", with);
  CHECK(found.outcome == Outcome::fail);
  CHECK(found.subject == "old tags");
  CHECK_THAT(found.found, Contains("2: a 1; b NULL"));
  bench.fakes.sql.goDown();
  CHECK(bench.ask("sql-none", with).outcome == Outcome::unknown);
}

TEST_CASE("reports: all well, one errored, no table, no database") {
  const std::string columns = "information_schema.columns";
  Bench bench;
  bench.database()
      .on(columns)
      .gives({"table_name", "column_name"}, {{"core_job", "status"}, {"core_job", "completed"}})
      .times(2);
  bench.database()
      .on("FROM core_job")
      .gives({"name", "status", "ended"}, {{"a.B", "completed", "x"}, {"c.D", "running", ""}});
  CHECK(bench.ask("reports").outcome == Outcome::pass);
  bench.database()
      .on("FROM core_job")
      .gives({"name", "status", "ended"}, {{"a.B", "errored", "2026-11-21T01:00:00Z"}});
  const auto result = bench.ask("reports");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("a.B: errored"));
  bench.database().on(columns).gives({"table_name", "column_name"}, {});
  CHECK(bench.ask("reports").outcome == Outcome::skip);
  bench.fakes.sql.goDown();
  CHECK(bench.ask("reports").outcome == Outcome::unknown);
}

TEST_CASE("custom-links: sound, broken, none, no table") {
  const auto ask = [](const std::string& text) {
    Bench bench;
    bench.database().on("to_regclass").gives({"has"}, {{"t"}});
    bench.database()
        .on("FROM extras_customlink")
        .gives({"name", "text", "url"}, {{"link", text, "https://x"}});
    return bench.ask("custom-links");
  };
  CHECK(ask("{{ object.name }} {% if x %}a{% endif %}").outcome == Outcome::pass);
  CHECK_THAT(ask("{{ object.name }").found, Contains("link has a {{ without its }}"));
  CHECK_THAT(ask("{% if x %}a").found, Contains("an if without its end"));
  CHECK_THAT(ask("{% if x %}{% endfor %}").found, Contains("endfor without its beginning"));
  Bench bench;
  bench.database().on("to_regclass").gives({"has"}, {{"f"}});
  CHECK(bench.ask("custom-links").outcome == Outcome::skip);
  bench.fakes.sql.goDown();
  CHECK(bench.ask("custom-links").outcome == Outcome::unknown);
}

TEST_CASE("media-files: all there, one missing, one without a row; no database") {
  const auto bench = [](const std::string& row) {
    auto made = std::make_unique<Bench>();
    made->fakes.files.put("/opt/netbox/media/image-attachments/a.png", "x");
    made->database()
        .on("information_schema.columns")
        .gives({"table_name", "column_name"}, {{"extras_imageattachment", "image"}});
    made->database().on("AS path").gives({"path"}, {{row}});
    return made;
  };
  CHECK(bench("image-attachments/a.png")->ask("media-files").outcome == Outcome::pass);
  const auto missing = bench("image-attachments/b.png")->ask("media-files");
  CHECK(missing.outcome == Outcome::fail);
  CHECK_THAT(missing.found, Contains("1 row has no file: image-attachments/b.png"));
  auto extra = bench("image-attachments/a.png");
  extra->fakes.files.put("/opt/netbox/media/image-attachments/c.png", "x");
  CHECK(extra->ask("media-files").outcome == Outcome::warn);
  Bench dark;
  dark.fakes.sql.goDown();
  CHECK(dark.ask("media-files").outcome == Outcome::unknown);
}

TEST_CASE("clock: right, wrong, not kept, not to be compared") {
  // The clock of the test stands at 2026-11-21T03:00:00Z.
  const auto ask = [](const std::string& there, const std::string& kept) {
    Bench bench;
    bench.database().on("clock_timestamp").gives({"now"}, {{there}});
    bench.fakes.shell.on("timedatectl *").says(kept + "\n");
    return bench.ask("clock");
  };
  CHECK(ask("1795230000500000", "yes").outcome == Outcome::pass);
  CHECK(ask("1795230000500000", "no").outcome == Outcome::warn);
  CHECK(ask("1795230060000000", "yes").outcome == Outcome::fail);
  Bench bench;
  bench.fakes.sql.goDown();
  CHECK(bench.ask("clock").outcome == Outcome::unknown);
}

TEST_CASE("rehearsal-age and no-unfinished-run look at this host's runs") {
  Bench bench;
  CHECK(bench.ask("rehearsal-age").outcome == Outcome::fail);
  CHECK(bench.ask("no-unfinished-run").outcome == Outcome::pass);
  bench.fakes.files.put("/var/lib/sotctl/instances/netbox/unfinished.json",
                        R"({"run": "r1", "instance": "netbox", "verb": "restore run"})");
  CHECK(bench.ask("no-unfinished-run").outcome == Outcome::fail);
  bench.fakes.files.put("/var/lib/sotctl/instances/netbox/unfinished.json", "{");
  CHECK(bench.ask("no-unfinished-run").outcome == Outcome::unknown);
}

TEST_CASE("settings: what the running application's environment says counts, also in a container") {
  const auto ask = [](const std::string& variable, bool file) {
    Bench bench;
    putService(bench, config::ServiceRole::application, "active", 812);
    bench.fakes.files.put("/proc/812/environ", "PATH=/bin" + std::string(1, '\0') + variable);
    if (!file) bench.instance.settings = "/inside/only.py";
    if (file) {
      bench.instance.interpreter.clear();
      bench.fakes.files.put(
          bench.instance.settings,
          "DATABASE = {'NAME': 'netbox', 'USER': 'netbox', 'HOST': 'db'}\nREDIS = "
          "{'tasks': {'HOST': 'redis'}, 'caching': {'HOST': 'redis'}}\nMEDIA_ROOT = "
          "'/opt/netbox/media'\n",
          0640, 999);
    }
    return bench.ask("settings");
  };
  CHECK(ask("DB_NAME=netbox", false).outcome == Outcome::pass);
  CHECK(ask("DB_NAME=netbox", true).outcome == Outcome::pass);
  const auto other = ask("DB_NAME=staging", true);
  CHECK(other.outcome == Outcome::fail);
  CHECK_THAT(other.found, Contains("DB_NAME of its environment: the application has staging"));
  CHECK(ask("X=1", false).outcome == Outcome::unknown);
}

TEST_CASE("settings: agree, differ, can't be read; risky values are named") {
  const auto ask = [](const std::string& text) {
    Bench bench;
    bench.fakes.files.put("/opt/netbox/configuration.py", text, 0640, 999);
    bench.instance.interpreter.clear();
    bench.instance.environment = config::Environment::production;
    return bench.ask("settings");
  };
  const std::string good =
      "DATABASE = {'NAME': 'netbox', 'USER': 'netbox', 'HOST': 'db', 'PASSWORD': 'x', "
      "'CONN_MAX_AGE': 300}\n"
      "REDIS = {'tasks': {'HOST': 'redis'}, 'caching': {'HOST': 'redis'}}\nMEDIA_ROOT = "
      "'/opt/netbox/media'\n";
  CHECK(ask(good).outcome == Outcome::pass);
  auto result =
      ask("DATABASE = {'NAME': 'other', 'USER': 'netbox', 'HOST': 'db'}\n"
          "REDIS = {'tasks': {'HOST': 'redis'}, 'caching': {'HOST': 'redis'}}\nMEDIA_ROOT = "
          "'/opt/netbox/media'\n");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("the application has other"));
  CHECK_THAT(ask(good + "DEBUG = True\n").found, Contains("DEBUG: is on"));
  result =
      ask("DATABASE = {'NAME': 'netbox', 'USER': 'netbox', 'HOST': 'db', 'CONN_MAX_AGE': None}\n"
          "REDIS = {'tasks': {'HOST': 'redis'}, 'caching': {'HOST': 'redis'}}\nMEDIA_ROOT = "
          "'/opt/netbox/media'\n");
  CHECK_THAT(result.found, Contains("CONN_MAX_AGE: is None"));
  Bench bench;
  CHECK(bench.ask("settings").outcome == Outcome::unknown);
}
