#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

/// A Redis that gives one answer to lines beginning with `word`, and none to others.
Scene redisSays(const std::string& word, const std::string& answer, core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("redis-cli *")
        .does([=](const ports::Command&, const std::string& input) {
          ports::Outcome outcome;
          if (input.starts_with(word)) outcome.out = answer + "\n";
          return outcome;
        })
        .always();
    return arguments;
  };
}

Scene noPassword(core::Json arguments = kNoArguments) {
  return redisSays("", "NOAUTH Authentication required.", arguments);
}

Scene queues(const std::string& length) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("redis-cli *")
        .does([length](const ports::Command&, const std::string& input) {
          ports::Outcome outcome;
          outcome.out = input.starts_with("SMEMBERS") ? "rq:queue:default\n" : length + "\n";
          return outcome;
        })
        .always();
    return kNoArguments;
  };
}

Scene rqWorkers(const std::string& members) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("redis-cli *").says(members);
    bench.fakes.shell.on("redis-cli *")
        .says("2026-11-21T02:00:00.0Z\n2026-11-21T02:59:00.0Z\nh\nhigh\nidle\n")
        .always();
    return kNoArguments;
  };
}

/// One worker of a Nautobot; `waiting` tasks wait for it. The answers are those of Celery 5.2.
Scene celeryWorkers(int status, const std::string& waiting) {
  return [=](Bench& bench) {
    bench.instance.product = config::Product::nautobot;
    bench.instance.root = "/opt/nautobot";
    putService(bench, config::ServiceRole::worker, "active");
    auto& shell = bench.fakes.shell;
    const std::string inspect = "/opt/nautobot/bin/nautobot-server celery inspect * ";
    if (status != 0) {
      shell.on(inspect + "*").exits(status).complains("Error: No nodes replied").times(3);
      return kNoArguments;
    }
    shell.on(inspect + "active_queues").says(R"({"celery@a": [{"name": "default"}]})");
    shell.on(inspect + "active").says(R"({"celery@a": [{"id": "1"}]})");
    shell.on(inspect + "reserved").says(R"({"celery@a": []})");
    shell.on("redis-cli *").says(waiting + "\n");
    return kNoArguments;
  };
}

const std::string kRun = "http://n/api/extras/jobs/17/run/";
const std::string kResult = "http://n/api/extras/job-results/5/";

Scene nautobotJob(const std::string& status) {
  return [=](Bench& bench) {
    bench.instance.product = config::Product::nautobot;
    bench.fakes.http.on("POST", kRun).gives(201, R"({"job_result": {"id": "5"}})");
    bench.fakes.http.on("GET", kResult)
        .gives(200, R"({"status": {"value": ")" + status + R"("}})")
        .always();
    return core::Json{{"job", "17"}};
  };
}

const std::string kSources = "http://n/api/core/data-sources/?limit=500";

Scene sources(int status, const std::string& state) {
  return httpGives("GET", kSources, status,
                   R"({"results": [{"name": "extras", "status": {"value": ")" + state + R"("}}]})",
                   kNoArguments);
}

Scene sync(const std::string& state, const std::string& synced) {
  return [=](Bench& bench) {
    auto& http = bench.fakes.http;
    http.on("GET", kSources)
        .gives(200, R"({"results": [{"id": 4, "name": "extras", "last_synced": "before"}]})");
    http.on("POST", "http://n/api/core/data-sources/4/sync/").gives(201, "{}");
    http.on("GET", "http://n/api/core/data-sources/4/")
        .gives(200,
               R"({"status": {"value": ")" + state + R"("}, "last_synced": ")" + synced + R"("})")
        .always();
    return core::Json{{"source", "extras"}};
  };
}

/// A NetBox with rules for webhooks, and a receiver beside its worker.
Scene webhook(const char* arrived) {
  return [=](Bench& bench) {
    auto& http = bench.fakes.http;
    http.on("GET", "http://n/api/*?*").gives(200, R"({"results": []})").always();
    http.on("POST", "http://n/api/*").gives(201, R"({"id": 5})").times(3);
    http.on("DELETE", "http://n/api/*/5/").gives(204).times(3);
    bench.fakes.shell.on("/opt/netbox/venv/bin/python * listen *").says("40123\n");
    bench.fakes.shell.on("/opt/netbox/venv/bin/python * collect *").says(arrived);
    return kNoArguments;
  };
}

/// The API of NetBox 3.2.9: one report, one script that needs input.
Scene reports(const char* status) {
  return [=](Bench& bench) {
    auto& http = bench.fakes.http;
    http.on("GET", "http://n/api/extras/reports/")
        .gives(200, R"([{"id": "devices.Serials", "name": "Serials"}])")
        .always();
    http.on("GET", "http://n/api/extras/scripts/")
        .gives(200, R"([{"id": "site.Comment", "name": "Comment", "vars": {"text": "StringVar"}}])")
        .always();
    http.on("POST", "http://n/api/extras/reports/devices.Serials/run/")
        .gives(200,
               R"({"result": {"url": "http://netbox.example.org/api/extras/job-results/6/"}})");
    http.on("GET", "http://n/api/extras/job-results/6/")
        .gives(200, R"({"status": {"value": "pending"}})");
    http.on("GET", "http://n/api/extras/job-results/6/")
        .gives(200, R"({"status": {"value": ")" + std::string(status) + R"("}})");
    return kNoArguments;
  };
}

Scene noReceiver() {
  return [=](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/api/*?*").gives(200, R"({"results": []})").always();
    bench.fakes.shell.on("*").exits(1).complains("SyntaxError: invalid syntax");
    return kNoArguments;
  };
}

}  // namespace

std::vector<Trio> workTrios() {
  const core::Json source{{"source", "extras"}};
  return {
      {"redis", redisSays("INFO", "loading:0", kNoArguments),
       redisSays("INFO", "loading:1", kNoArguments), noPassword()},
      {"rq-workers", rqWorkers("rq:worker:ab\n"), rqWorkers("\n"), noPassword()},
      {"job", redisSays("HGET", "finished", kNoArguments),
       redisSays("HGET", "failed", kNoArguments), noPassword()},
      {"queues", queues("3"), queues("10001"), noPassword()},
      {"run-reports", reports("completed"), reports("errored"),
       httpGives("GET", "http://n/api/extras/reports/", 403,
                 R"({"detail": "This user does not have permission to run reports."})",
                 kNoArguments)},
      {"webhook", webhook(R"({"arrived": true, "type": "application/json"})"),
       webhook(R"({"arrived": false, "type": ""})"), noReceiver()},
      {"celery-workers", celeryWorkers(0, "3"), celeryWorkers(69, ""), celeryWorkers(1, "")},
      {"nautobot-job", nautobotJob("SUCCESS"), nautobotJob("FAILURE"),
       httpGives("POST", kRun, 403, R"({"detail": "no"})", {{"job", "17"}})},
      {"data-sources", sources(200, "completed"), sources(200, "failed"), sources(403, "")},
      {"data-source-sync", sync("completed", "after"), sync("failed", "before"),
       httpGives("GET", kSources, 403, R"({"detail": "no"})", source)},
  };
}

}  // namespace validation_test
