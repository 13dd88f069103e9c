#include "tests/unit/validation/trio.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using namespace validation_test;

namespace {

/// The bodies of all requests of one method, in order.
std::vector<std::string> sent(Bench& bench, const std::string& method) {
  std::vector<std::string> all;
  for (const auto& request : bench.fakes.http.requests()) {
    if (request.method == method) {
      all.push_back(request.url.substr(std::string("http://n").size()) + " " + request.body);
    }
  }
  return all;
}

void receives(Bench& bench, const std::string& arrived) {
  bench.fakes.shell.on("/opt/netbox/venv/bin/python * listen *").says("40123\n");
  bench.fakes.shell.on("/opt/netbox/venv/bin/python * collect * 40123").says(arrived);
}

}  // namespace

TEST_CASE("webhook: what a killed probe left goes first, and what this one made goes at the end") {
  Bench bench;
  auto& http = bench.fakes.http;
  http.on("GET", "http://n/api/extras/webhooks/*")
      .gives(200,
             R"({"results": [{"id": 2, "name": "sotctl-probe-old"}, {"id": 3, "name": "ours"}]})");
  http.on("GET", "http://n/api/*?*").gives(200, R"({"results": []})").always();
  http.on("POST", "http://n/api/*").gives(201, R"({"id": 5})").times(3);
  http.on("DELETE", "http://n/api/*").gives(204).times(4);
  receives(bench, R"({"arrived": true, "type": "application/json"})");
  const auto result = bench.ask("webhook");
  CHECK(result.outcome == Outcome::pass);
  CHECK_THAT(result.found, Contains("1 object of an earlier probe deleted"));
  const auto gone = sent(bench, "DELETE");
  CHECK(gone == std::vector<std::string>{"/api/extras/webhooks/2/ ", "/api/dcim/manufacturers/5/ ",
                                         "/api/extras/event-rules/5/ ",
                                         "/api/extras/webhooks/5/ "});
  const auto made = sent(bench, "POST");
  CHECK_THAT(made[0], Contains("http://127.0.0.1:40123/sotctl-probe-20261121T030000Z"));
  CHECK_THAT(made[1], Contains(R"("action_object_id":5)") && Contains("dcim.manufacturer"));
}

TEST_CASE("webhook: where an object can't be made, what was made before it is deleted") {
  Bench bench;
  auto& http = bench.fakes.http;
  http.on("GET", "http://n/api/*?*").gives(200, R"({"results": []})").always();
  http.on("POST", "http://n/api/extras/*").gives(201, R"({"id": 5})").times(2);
  http.on("POST", "http://n/api/dcim/manufacturers/").gives(400, R"({"name": ["not like this"]})");
  http.on("DELETE", "http://n/api/extras/*").gives(204).times(2);
  bench.fakes.shell.on("/opt/netbox/venv/bin/python * listen *").says("40123\n");
  const auto result = bench.ask("webhook");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("not like this"));
}

TEST_CASE("webhook: a Nautobot has no rules of their own; without a token nothing is made") {
  Bench bench;
  bench.instance.product = config::Product::nautobot;
  auto& http = bench.fakes.http;
  http.on("GET", "http://n/api/*?*").gives(200, R"({"results": []})").always();
  http.on("POST", "http://n/api/extras/webhooks/").gives(201, R"({"id": "a-b"})");
  http.on("POST", "http://n/api/dcim/manufacturers/").gives(201, R"({"id": "c-d"})");
  http.on("DELETE", "http://n/api/extras/webhooks/a-b/").gives(204);
  http.on("DELETE", "http://n/api/dcim/manufacturers/c-d/").gives(204);
  receives(bench, R"({"arrived": true})");
  CHECK(bench.ask("webhook").outcome == Outcome::pass);
  bench.outside.token = {};
  CHECK(bench.ask("webhook").outcome == Outcome::unknown);
}

TEST_CASE("celery-workers: a backlog warns, and so does a queue that nobody takes fail") {
  const auto ask = [](const std::string& waiting, const core::Json& arguments) {
    Bench bench;
    bench.instance.product = config::Product::nautobot;
    bench.instance.root = "/opt/nautobot";
    putService(bench, config::ServiceRole::worker, "active");
    auto& shell = bench.fakes.shell;
    const std::string inspect = "/opt/nautobot/bin/nautobot-server celery inspect * ";
    shell.on(inspect + "active_queues")
        .says("INFO started\n{\"celery@a\": [{\"name\": \"default\"}]}");
    shell.on(inspect + "active").says(R"({"celery@a": [{"id": "1"}]})");
    shell.on(inspect + "reserved").says(R"({"celery@a": [{"id": "2"}, {"id": "3"}]})");
    shell.on("redis-cli *").says(waiting + "\n");
    return bench.ask("celery-workers", arguments);
  };
  const auto good = ask("3", kNoArguments);
  CHECK(good.found == "celery@a takes default, 1 active, 2 reserved; 3 wait in default");
  CHECK(good.measures.size() == 3);
  CHECK(ask("101", kNoArguments).outcome == Outcome::warn);
  const auto idle = ask("0", {{"queues", {"default", "bulk"}}});
  CHECK(idle.outcome == Outcome::fail);
  CHECK_THAT(idle.found, Contains("nobody takes bulk"));
}

TEST_CASE(
    "run-reports: findings in the data warn, what does not end fails, only those that are meant") {
  const auto ask = [](const std::string& status, const core::Json& arguments) {
    Bench bench;
    auto& http = bench.fakes.http;
    http.on("GET", "http://n/api/extras/reports/").gives(404).always();
    // Pages, as since NetBox 4.
    http.on("GET", "http://n/api/extras/scripts/")
        .gives(200, R"({"results": [{"id": 4, "name": "Serials", "vars": {}}]})")
        .always();
    http.on("POST", "http://n/api/extras/scripts/4/")
        .gives(200, R"({"result": {"url": "https://other.example/api/core/jobs/9/"}})")
        .always();
    http.on("GET", "http://n/api/core/jobs/9/")
        .gives(200, R"({"status": {"value": ")" + status + R"("}})")
        .always();
    auto result = bench.ask("run-reports", arguments);
    for (const auto& body : sent(bench, "POST")) CHECK_THAT(body, Contains(R"("commit":false)"));
    return result;
  };
  CHECK(ask("completed", kNoArguments).outcome == Outcome::pass);
  CHECK(ask("failed", kNoArguments).outcome == Outcome::warn);
  CHECK_THAT(ask("running", {{"within", "2s"}}).found, Contains("still running after 2"));
  CHECK(ask("completed", {{"only", {"Other"}}}).outcome == Outcome::skip);
}

TEST_CASE("certificate: by an address; without TLS there is none") {
  Bench bench;
  bench.fakes.shell.on("openssl s_client -connect n:8443 -servername n").says("BEGIN CERTIFICATE");
  bench.fakes.shell.on("openssl x509 *").says("notAfter=Nov 25 03:00:00 2027 GMT\n");
  CHECK(bench.ask("certificate", {{"url", "https://n:8443/netbox/"}}).outcome == Outcome::pass);
  CHECK(bench.ask("certificate", {{"url", "http://n/"}}).outcome == Outcome::skip);
}

TEST_CASE("log: all services that run the code, or one; one that writes nowhere can't tell") {
  Bench bench;
  putService(bench, config::ServiceRole::application, "active");
  putService(bench, config::ServiceRole::worker, "active");
  bench.instance.services[1].name = "netbox-rq";
  bench.fakes.shell.on("journalctl *").says("");
  bench.fakes.shell.on("journalctl *")
      .says(R"({"__REALTIME_TIMESTAMP":"1763694000000000","PRIORITY":"3","MESSAGE":"ERROR x"})");
  const auto both = bench.ask("log");
  CHECK(both.outcome == Outcome::fail);
  CHECK_THAT(both.found,
             Contains("netbox: no error lines") && Contains("netbox-rq: 1 error lines"));
  bench.instance.services.pop_back();
  bench.instance.services[0].manager = config::ServiceManager::pid_file;
  CHECK(bench.ask("log").outcome == Outcome::unknown);
}

TEST_CASE("timer: several at once, and the worst is told") {
  Bench bench;
  const std::string lately = "LoadState=loaded\nActiveState=active\nLastTriggerUSec=@1795228200\n";
  bench.fakes.shell.on("systemctl show *.timer").says(lately).times(2);
  bench.fakes.shell.on("systemctl show *a.service").says("Result=success\n");
  bench.fakes.shell.on("systemctl show *b.service").says("Result=exit-code\n");
  const auto result = bench.ask("timer", {{"unit", "a b.timer"}});
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("timer b.timer") && !Contains("timer a.timer"));
  CHECK(result.measures.size() == 2);
}
