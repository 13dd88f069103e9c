#include "lib/service/step_downtime.hpp"

#include <atomic>
#include <thread>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;

namespace {

const core::Json kSilence{{"system", "alertmanager"},
                          {"url", "http://alerts:9093"},
                          {"matchers", {{"instance", "netbox1"}}},
                          {"minutes", 20},
                          {"comment", "restart"},
                          {"run", "R1"}};
const core::Json kIcinga{{"system", "icinga2"},  {"url", "https://icinga:5665"},
                         {"user", "sotctl"},     {"password", {{"file", "/etc/sotctl/icinga"}}},
                         {"hosts", {"netbox1"}}, {"minutes", 20},
                         {"run", "R1"}};

struct Quiet {
  MonitoringDowntime made(const core::Json& arguments) {
    return {Environment{fake.world(), instance}, arguments};
  }
  fakes::FakeWorld fake;
  config::Instance instance;
  core::NoProgress progress;
};

const char* const kList = "http://alerts:9093/api/v2/silences";

}  // namespace

TEST_CASE("a silence is placed for what is named, expires, and is removed by its id alone") {
  Quiet quiet;
  auto step = quiet.made(kSilence);
  quiet.fake.http.on("GET", kList).gives(200, "[]").times(2);
  quiet.fake.http.on("POST", kList).gives(200, R"({"silenceID": "a"})");
  CHECK(step.observe(nullptr).verdict == step::Verdict::needed);
  step.apply({}, quiet.progress);
  const auto body = core::Json::parse(quiet.fake.http.requests().back().body);
  CHECK(body["matchers"][0]["value"] == "netbox1");
  CHECK(body["endsAt"] == "2026-11-21T03:20:00.000000Z");
  CHECK_THAT(body["comment"].get<std::string>(), Contains("(sotctl run R1)"));
  quiet.fake.http.on("GET", kList)
      .gives(200, R"x([{"id":"a","comment":"restart (sotctl run R1)","status":{
    "state" : "active"}
},
                      {"id":"b","comment":"somebody's","status":{"state":"active"}},
                      {"id":"c","comment":"x (sotctl run R1)","status":{"state":"expired"}}])x");
  quiet.fake.http.on("DELETE", "http://alerts:9093/api/v2/silence/a").gives(200);
  step.close({}, quiet.progress);
}

TEST_CASE("a downtime in Icinga is placed with a login and found again by its mark") {
  Quiet quiet;
  quiet.fake.files.put("/etc/sotctl/icinga", "geheim\n", 0600);
  auto step = quiet.made(kIcinga);
  quiet.fake.http.on("POST", "https://icinga:5665/v1/objects/downtimes")
      .gives(200, R"({"results":[]})");
  quiet.fake.http.on("POST", "https://icinga:5665/v1/actions/schedule-downtime")
      .gives(200, R"({"results":[{"name":"netbox1!x"}]})");
  step.apply({}, quiet.progress);
  const auto& request = quiet.fake.http.requests().back();
  CHECK(request.headers.at("Authorization").reveal() == "Basic c290Y3RsOmdlaGVpbQ==");
  CHECK(core::Json::parse(request.body)["filter"] == "host.name==\"netbox1\"");
  CHECK(request.mutates);
  CHECK_FALSE(quiet.fake.http.requests().front().mutates);
}

TEST_CASE("a monitoring that does not answer holds nothing up") {
  Quiet quiet;
  auto step = quiet.made(kSilence);
  quiet.fake.http.on("GET", kList).fails({core::Kind::unreachable, "refused"}).times(3);
  step.apply({}, quiet.progress);
  CHECK(step.observe(nullptr).verdict == step::Verdict::satisfied);
  step.close({}, quiet.progress);
}

TEST_CASE("a downtime that names nothing is refused: it would be for everything") {
  Quiet quiet;
  auto arguments = kSilence;
  arguments["matchers"] = core::Json::object();
  auto step = quiet.made(arguments);
  CHECK_THROWS_WITH(step.observe(nullptr), Contains("everything"));
}

TEST_CASE("a downtime by the site's own commands is removed by the ids that they list") {
  Quiet quiet;
  config::DowntimeSettings settings{.system = "command"};
  settings.place = {"/usr/local/bin/quiet", "{mark}", "--for={minutes}m", "{comment}", "{other}"};
  settings.list = {"/usr/local/bin/quiet", "--list", "{mark}"};
  settings.remove = {"/usr/local/bin/quiet", "--remove", "{id}"};
  auto step = quiet.made(downtimeArguments(settings, "restart {id}", "R1"));
  auto& shell = quiet.fake.shell;
  const std::string list = "/usr/local/bin/quiet --list 'sotctl run R1'";
  shell.on(list).times(2);
  shell.on("/usr/local/bin/quiet 'sotctl run R1' --for=30m 'restart {id}' '{other}'");
  CHECK(step.observe(nullptr).verdict == step::Verdict::needed);
  step.apply({}, quiet.progress);
  shell.on(list).says("41\n\n42\n");
  shell.on("/usr/local/bin/quiet --remove 41");
  shell.on("/usr/local/bin/quiet --remove 42");
  step.close({}, quiet.progress);
  shell.on(list).exits(1).complains("no route");
  CHECK(step.observe(nullptr).verdict == step::Verdict::satisfied);
}

TEST_CASE("a downtime is placed anew in time while the run lives, the new one first") {
  Quiet quiet;
  auto arguments = kSilence;
  arguments["limit_ms"] = 2;
  std::atomic<int> placed{0};
  std::atomic<int> removed{0};
  quiet.fake.http.on("GET", kList)
      .does([&](const auto&) {
        const std::string id = std::to_string(placed.load());
        return ports::HttpResponse{
            .status = 200,
            .headers = {},
            .body = placed == 0 ? "[]"
                                : R"x([{"id":")x" + id +
                                      R"x(","comment":"(sotctl run R1)","status":{}}])x"};
      })
      .always();
  quiet.fake.http.on("POST", kList)
      .does([&](const auto&) {
        ++placed;
        return ports::HttpResponse{.status = 200, .headers = {}, .body = "{}"};
      })
      .always();
  quiet.fake.http.on("DELETE", "http://alerts:9093/api/v2/silence/*")
      .does([&](const auto&) {
        ++removed;
        return ports::HttpResponse{.status = 200, .headers = {}, .body = {}};
      })
      .always();
  auto step = quiet.made(arguments);
  step.apply({}, quiet.progress);
  for (int looks = 0; looks < 5000 && placed < 3; ++looks) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(placed >= 3);
  CHECK(removed >= 1);
  CHECK(removed < placed);
  step.close({}, quiet.progress);
  const int last = placed;
  CHECK(removed >= 2);
  CHECK(placed == last);
}
