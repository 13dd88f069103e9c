#include "lib/service/step_downtime.hpp"

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
