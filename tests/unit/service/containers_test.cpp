#include "lib/service/containers.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using service::parseContainerIds;
using service::parseContainers;

namespace {

// docker 20.10.24, `docker inspect` of a container made by docker-compose 1.29.2, shortened.
const char* const kInspected = R"([{
  "Id": "27d01b31dfa31d7af9399d6007421c0659b84a0cd8b5cff6fc3b91af0f248219",
  "State": {"Status": "running", "Running": true, "OOMKilled": false, "Pid": 27032, "ExitCode": 0,
    "Error": "", "StartedAt": "2026-11-21T22:48:15.331360085Z",
    "Health": {"Status": "healthy", "FailingStreak": 0, "Log": [{"ExitCode": 0, "Output": "OK\n"}]}},
  "Image": "sha256:8cd5f2dbb21b4743c177e57c1d30c1a592fcac8e34602778ba4430aca7e7cf55",
  "RestartCount": 2,
  "HostConfig": {"RestartPolicy": {"Name": "", "MaximumRetryCount": 0}},
  "Config": {"Image": "localhost/lab/host:1",
    "Healthcheck": {"Test": ["CMD-SHELL", "/usr/bin/curl -sf http://127.0.0.1:8080/ || exit 1"]},
    "Labels": {"com.docker.compose.config-hash": "0aa97d38", "com.docker.compose.oneoff": "False",
      "com.docker.compose.project": "nb", "com.docker.compose.service": "nautobot",
      "com.docker.compose.version": "1.29.2"}},
  "NetworkSettings": {"Ports": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}],
    "9090/tcp": null}}
}])";

}  // namespace

TEST_CASE("a container is read with its labels, times and health") {
  const auto all = parseContainers(kInspected);
  REQUIRE(all.size() == 1);
  const auto& one = all.front();
  CHECK(one.project == "nb");
  CHECK(one.service == "nautobot");
  CHECK(one.compose_generation == 1);
  CHECK_FALSE(one.one_off);
  CHECK(one.status == "running");
  CHECK(one.pid == 27032);
  CHECK(core::formatUtc(*one.started) == "2026-11-21T22:48:15.331360Z");
  CHECK(one.restarts == 2);
  CHECK(one.restart_policy == "no");
  CHECK(one.health == "healthy");
  CHECK(one.health_says == "OK");
  CHECK(one.ports == std::vector<std::string>{"127.0.0.1:18080->8080/tcp"});
}

TEST_CASE("lists of containers are read in each form that is about") {
  const std::vector<std::string> both{"a1", "b2"};
  // docker, and compose since 2.21: a JSON object per line
  CHECK(parseContainerIds("{\"ID\":\"a1\",\"Service\":\"db\"}\n{\"ID\":\"b2\"}\n") == both);
  // compose before 2.21, and podman: one array
  CHECK(parseContainerIds(R"([{"ID":"a1"},{"Id":"b2"}])") == both);
  CHECK(parseContainerIds("").empty());
  CHECK(parseContainerIds("[]").empty());
}

TEST_CASE("what is no list of containers is told, not taken for an empty one") {
  for (const char* text : {"NAME  COMMAND", "[{\"Name\":\"x\"}]", "{\"ID\":"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parseContainerIds(text), core::Error);
  }
  CHECK_THROWS_AS(parseContainers("Error: no such object"), core::Error);
  CHECK_THROWS_AS(parseContainers("{}"), core::Error);
}

TEST_CASE("hashes of a compose configuration are found by the service's whole name") {
  const char* const kHashes = "nautobot-worker b64a\nnautobot 0aa9\n";
  CHECK(service::hashOf(kHashes, "nautobot") == "0aa9");
  CHECK(service::hashOf(kHashes, "worker").empty());
}
