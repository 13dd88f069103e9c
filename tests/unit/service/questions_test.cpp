#include "lib/service/questions.hpp"

#include "lib/core/error.hpp"
#include "lib/service/certificate.hpp"
#include "lib/service/serves.hpp"
#include "lib/service/step_idle.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using core::Outcome;

namespace {

struct Asking {
  Asking() {
    instance.name = "netbox";
    instance.database.name = "netbox";
    instance.database.application.user = "netbox";
    service::registerQuestions(kinds, fake.world(), instance);
  }
  core::CheckResult ask(const std::string& kind, const core::Json& arguments) {
    return kinds.ask("check", kind, arguments);
  }
  fakes::FakeWorld fake;
  config::Instance instance;
  checks::Kinds kinds;
};

const std::string kUrl = "http://netbox/api/status/";

}  // namespace

TEST_CASE("an http check looks at status, header, JSON and body") {
  struct Case {
    core::Json more;
    Outcome outcome;
    const char* words;
  };
  const std::vector<Case> cases{
      {{{"json_path", "/version"}, {"json_value", "4.2.3"}}, Outcome::pass, "200"},
      {{{"json_path", "/version"}, {"json_value", "4.1.0"}}, Outcome::fail, "4.2.3"},
      {{{"json_path", "/none"}}, Outcome::fail, "nothing at /none"},
      {{{"status", 204}}, Outcome::fail, "status 200, wanted 204"},
      {{{"header", "Content-Type"}, {"header_value", "json"}}, Outcome::pass, "200"},
      {{{"header", "X-None"}}, Outcome::fail, "no header"},
      {{{"body", "4.2"}}, Outcome::pass, "200"},
      {{{"body", "welcome"}}, Outcome::fail, "welcome"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.more.dump());
    Asking asking;
    asking.fake.http.on("GET", kUrl)
        .gives(200, R"({"version": "4.2.3"})")
        .header("content-type", "application/json");
    core::Json arguments{{"url", kUrl}};
    arguments.update(one.more);
    const auto result = asking.ask("http", arguments);
    CHECK(result.outcome == one.outcome);
    CHECK_THAT(result.found, Contains(one.words));
  }
}

TEST_CASE(
    "a page instead of JSON fails, a refused connection fails, a bad certificate is unknown") {
  Asking asking;
  asking.fake.http.on("GET", kUrl).gives(200, "<html>");
  CHECK(asking.ask("http", {{"url", kUrl}, {"json_path", "/a"}}).outcome == Outcome::fail);
  asking.fake.http.on("GET", kUrl).fails({core::Kind::unreachable, "refused"});
  CHECK(asking.ask("http", {{"url", kUrl}}).outcome == Outcome::fail);
  asking.fake.http.on("GET", kUrl).fails({core::Kind::denied, "certificate"});
  CHECK(asking.ask("http", {{"url", kUrl}}).outcome == Outcome::unknown);
}

TEST_CASE("a port is looked up in the kernel's table") {
  Asking asking;
  asking.fake.files.put("/proc/net/tcp",
                        "   0: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 "
                        "00000000   999        0 4711 1 0 100 0 0 10 0\n");
  CHECK(asking.ask("port", {{"port", "8001"}}).outcome == Outcome::pass);
  CHECK(asking.ask("port", {{"port", "800"}}).outcome == Outcome::fail);
}

TEST_CASE("a query is asked read-only and compared") {
  Asking asking;
  auto& database = asking.fake.sql.database("netbox");
  database.on("default_transaction_read_only").always();
  database.on("SELECT count").gives({"count"}, {{"3"}}).times(2);
  CHECK(asking.ask("sql", {{"query", "SELECT count(*) FROM t"}, {"expect", "3"}}).outcome ==
        Outcome::pass);
  CHECK(asking.ask("sql", {{"query", "SELECT count(*) FROM t"}, {"expect", "4"}}).outcome ==
        Outcome::fail);
  asking.fake.sql.goDown();
  CHECK(asking.ask("sql", core::Json::object()).outcome == Outcome::fail);
}

TEST_CASE("a Redis that answers PONG and still loads does not serve") {
  Asking asking;
  asking.fake.shell.on("redis-cli * -n 0").says("loading:1\r\nloading_loaded_perc:12.50\r\n");
  CHECK(asking.ask("redis", core::Json::object()).outcome == Outcome::fail);
  asking.fake.shell.on("redis-cli * -n 0").says("# Persistence\r\nloading:0\r\n");
  CHECK(asking.ask("redis", core::Json::object()).outcome == Outcome::pass);
}

TEST_CASE("a Redis that never finishes loading is given up, with how far it came") {
  Asking asking;
  config::ServiceSettings redis;
  redis.name = "redis";
  redis.role = config::ServiceRole::redis;
  asking.fake.shell.on("redis-cli * -n 0")
      .says("loading:1\r\nloading_loaded_perc:12.50\r\n")
      .always();
  core::NoProgress progress;
  CHECK_THROWS_WITH(service::waitServing(asking.fake.world(), asking.instance, redis,
                                         std::chrono::seconds(5), progress),
                    Contains("12.50%"));
}

TEST_CASE("the application is asked inside its container, with its own settings") {
  Asking asking;
  asking.instance.product = config::Product::nautobot;
  config::ServiceSettings app;
  app.name = app.service = "nautobot";
  app.role = config::ServiceRole::application;
  app.manager = config::ServiceManager::compose;
  app.project = "nb";
  asking.instance.services = {app};
  auto& shell = asking.fake.shell;
  shell.on("docker ps *").says("{\"ID\":\"27d0\"}\n").always();
  shell.on("docker inspect *")
      .says(R"([{"Id":"27d0","State":{"Status":"running"},"Config":{"Labels":{}}}])")
      .always();
  const std::string inside = "docker exec -i 27d0 nautobot-server shell --command *";
  shell.on(inside + "SELECT*").says("starting\nsotctl-answer 1\n");
  CHECK(asking.ask("sql", {{"inside", "true"}}).outcome == Outcome::pass);
  shell.on(inside + "ping*").says("sotctl-answer True\n");
  CHECK(asking.ask("redis", {{"inside", "true"}}).outcome == Outcome::pass);
  shell.on(inside + "SELECT*").exits(1).complains("could not translate host name \"db\"");
  const auto failed = asking.ask("sql", {{"inside", "true"}});
  CHECK(failed.outcome == Outcome::fail);
  CHECK_THAT(failed.found, Contains("could not translate host name"));
}

TEST_CASE("an application on a host is asked as its account, on the host that it is on") {
  Asking asking;
  asking.instance.root = "/opt/netbox";
  config::HostSettings host;
  host.address.name = "web1";
  asking.instance.hosts = {host};
  config::ServiceSettings app;
  app.name = "netbox";
  app.unit = "netbox.service";
  app.user = "netbox";
  app.role = config::ServiceRole::application;
  app.host = "web1";
  asking.instance.services = {app};
  auto& shell = asking.fake.hosts.host("web1").shell;
  shell.on("systemctl show *").says("LoadState=loaded\nActiveState=active\n");
  shell.on("/opt/netbox/venv/bin/python /opt/netbox/netbox/manage.py shell -c *ping*")
      .says("sotctl-answer True\n");
  CHECK(asking.ask("redis", {{"inside", "true"}}).outcome == Outcome::pass);
  CHECK(shell.calls().back().command.user == "netbox");
  CHECK(shell.calls().back().command.directory == "/opt/netbox");
}

TEST_CASE("a check of a service on several hosts has the worst answer, in the words of all") {
  Asking asking;
  for (const char* name : {"web1", "web2"}) {
    config::HostSettings host;
    host.address.name = name;
    asking.instance.hosts.push_back(host);
    config::ServiceSettings one;
    one.name = std::string("netbox@") + name;
    one.shared = "netbox";
    one.unit = "netbox.service";
    one.host = name;
    asking.instance.services.push_back(one);
    auto& shell = asking.fake.hosts.host(name).shell;
    shell.on("true");
    shell.on("systemctl show *").says("LoadState=loaded\nActiveState=active\n");
    shell.on("journalctl *")
        .says(
            name == std::string("web1")
                ? ""
                : R"({"__REALTIME_TIMESTAMP":"1763694000000000","PRIORITY":"3","MESSAGE":"ERROR bad"})");
  }
  const auto found = asking.ask("log", {{"service", "netbox"}});
  CHECK(found.outcome == Outcome::fail);
  CHECK_THAT(found.found, Contains("web1: no error lines") && Contains("web2: 1 error lines"));
}

TEST_CASE("dead members of rq:workers are warned of, and no live one fails") {
  Asking asking;
  asking.fake.shell.on("redis-cli * -n 0").says("rq:worker:ab\nrq:worker:cd\n").times(1);
  asking.fake.shell.on("redis-cli * -n 0")
      .says("2026-11-21T02:00:00.0Z\n2026-11-21T02:59:00.0Z\nh\nhigh\nidle\n\n\n\n\n\n");
  const auto found = asking.ask("rq-workers", core::Json::object());
  CHECK(found.outcome == Outcome::warn);
  CHECK_THAT(found.found, Contains("cd"));
  asking.fake.shell.on("redis-cli * -n 0").says("\n");
  CHECK(asking.ask("rq-workers", core::Json::object()).outcome == Outcome::fail);
  CHECK_THROWS(asking.ask("rq-workers", {{"at_least", 0}}));
}

TEST_CASE("the end of a certificate is read from openssl") {
  CHECK(core::formatUtc(*service::parseEndDate("notAfter=Nov  1 22:48:15 2027 GMT\n")) ==
        "2027-11-01T22:48:15.000000Z");
  CHECK_FALSE(service::parseEndDate("unable to load certificate"));
  Asking asking;
  asking.fake.shell.on("openssl s_client *").says("-----BEGIN CERTIFICATE-----").times(2);
  asking.fake.shell.on("openssl x509 *").says("notAfter=Nov 25 03:00:00 2026 GMT\n");
  CHECK(asking.ask("certificate", {{"host", "netbox"}}).outcome == Outcome::warn);
  asking.fake.shell.on("openssl x509 *").says("notAfter=Nov 20 03:00:00 2026 GMT\n");
  CHECK(asking.ask("certificate", {{"host", "netbox"}}).outcome == Outcome::fail);
  asking.fake.shell.on("openssl s_client *").exits(1).complains("connect: refused");
  CHECK(asking.ask("certificate", {{"host", "netbox"}}).outcome == Outcome::unknown);
}

TEST_CASE("migrations, backups and restores are known by their commands") {
  CHECK(service::isHeavyWork({"/opt/netbox/venv/bin/python3", "manage.py", "migrate"}));
  CHECK(service::isHeavyWork({"/usr/lib/postgresql/15/bin/pg_dump", "-d", "netbox"}));
  CHECK(service::isHeavyWork({"/bin/bash", "./upgrade.sh"}));
  CHECK(service::isHeavyWork({"nautobot-server", "post_upgrade"}));
  CHECK_FALSE(service::isHeavyWork({"/opt/netbox/venv/bin/python3", "manage.py", "rqworker"}));
  CHECK_FALSE(service::isHeavyWork({"vi", "notes", "about", "pg_dump"}));
  CHECK_FALSE(service::isHeavyWork({}));
}
