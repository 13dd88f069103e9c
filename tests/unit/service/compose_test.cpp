#include "lib/service/compose.hpp"

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/manager.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

config::ServiceSettings nautobot() {
  config::ServiceSettings service;
  service.name = "app";
  service.manager = config::ServiceManager::compose;
  service.project = "nb";
  service.service = "nautobot";
  service.files = {"/srv/nb/base.yml", "/srv/nb/local.yml"};
  return service;
}

/// A container as `docker inspect` shows it, shortened.
std::string container(const std::string& status, const std::string& started) {
  return R"([{"Id":"27d01b31dfa31d7a","State":{"Status":")" + status +
         R"(","Pid":0,"ExitCode":3,"StartedAt":")" + started +
         R"("},"Config":{"Image":"nb:1","Labels":{"com.docker.compose.oneoff":"False"}}}])";
}

constexpr const char* kStarted = "2026-11-21T02:00:00.000000001Z";
constexpr const char* kAgain = "2026-11-21T03:00:00.000000001Z";

}  // namespace

TEST_CASE("compose is called as the plugin where it is there, else as the program of old") {
  const auto service = nautobot();
  {
    fakes::FakeWorld fake;
    fake.shell.on("docker compose version").says("Docker Compose version v2.27.0\n");
    CHECK(core::shellLine(Compose(fake.world(), service).composeCommand({"pull"}).argv) ==
          "docker compose -p nb -f /srv/nb/base.yml -f /srv/nb/local.yml pull");
  }
  {
    fakes::FakeWorld fake;
    fake.shell.on("docker compose version").exits(1).complains("docker: unknown command");
    fake.shell.on("docker-compose version --short").says("1.29.2\n");
    Compose compose(fake.world(), service);
    CHECK(core::shellLine(compose.composeCommand({"pull"}).argv) ==
          "docker-compose -p nb -f /srv/nb/base.yml -f /srv/nb/local.yml pull");
    CHECK(compose.generation() == 1);
  }
  fakes::FakeWorld fake;
  fake.shell.on("docker compose version").exits(1);
  fake.shell.on("docker-compose *").fails({core::Kind::not_found, "no docker-compose"});
  CHECK_THROWS_WITH(Compose(fake.world(), service).composeCommand({"pull"}), Contains("neither"));
}

TEST_CASE(
    "files that are not configured are read from the labels, as either generation writes them") {
  auto service = nautobot();
  service.files.clear();
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *").says("/srv/nb\tbase.yml,local.yml\n");
  fake.shell.on("docker ps *").says("/srv/nb\t/srv/nb/base.yml,/srv/nb/local.yml\n");
  const std::vector<std::string> both{"/srv/nb/base.yml", "/srv/nb/local.yml"};
  CHECK(Compose(fake.world(), service).files() == both);
  CHECK(Compose(fake.world(), service).files() == both);
}

TEST_CASE("containers are asked for by label, on the engine that is configured") {
  auto service = nautobot();
  service.engine = "unix:///run/user/1000/docker.sock";
  fakes::FakeWorld fake;
  fake.shell.on("docker -H unix:///run/user/1000/docker.sock ps *").says("{\"ID\":\"27d0\"}\n");
  fake.shell.on("docker -H * inspect --type container -- 27d0")
      .says(container("running", kStarted));
  const auto all = Compose(fake.world(), service).containers();
  CHECK(all.size() == 1);
  CHECK_THAT(fake.shell.calls()[0].line, Contains("label=com.docker.compose.project=nb") &&
                                             Contains("label=com.docker.compose.service=nautobot"));
}

TEST_CASE("an engine that is down leaves the state unknown") {
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *")
      .exits(1)
      .complains(
          "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
          "daemon "
          "running?");
  const auto state = makeComposeManager(fake.world())->observe(nautobot());
  CHECK(state.running == Running::unknown);
  CHECK_THAT(state.words, Contains("does not answer"));
}

TEST_CASE("a container that exits at once did not start") {
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *").says("{\"ID\":\"27d0\"}\n").always();
  fake.shell.on("docker inspect *").says(container("exited", kStarted)).times(2);
  fake.shell.on("docker start 27d01b31dfa31d7a");
  fake.shell.on("docker inspect *").says(container("running", kAgain));
  fake.shell.on("docker inspect *").says(container("exited", kAgain));
  CHECK_THROWS_WITH(makeComposeManager(fake.world())->start(nautobot(), 10s),
                    Contains("exit status 3"));
}

TEST_CASE("a container is told to stop by its own signal, and the engine never kills it later") {
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *").says("{\"ID\":\"27d0\"}\n").always();
  fake.shell.on("docker inspect *").says(container("running", kStarted)).times(2);
  fake.shell.on("docker kill --signal=SIGTERM 27d01b31dfa31d7a");
  fake.shell.on("docker wait *").fails({core::Kind::timed_out, "docker did not end"});
  try {
    makeComposeManager(fake.world())->stop(nautobot(), 2s);
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::timed_out);
    CHECK_THAT(error.what(), Contains("still runs"));
  }
}

TEST_CASE("a service without a container is stopped, and made from its files when it is started") {
  fakes::FakeWorld fake;
  fake.shell.on("docker ps *").times(2);
  fake.shell.on("docker compose version").says("v2\n");
  fake.shell.on("docker compose -p nb * up -d --no-deps nautobot");
  fake.shell.on("docker ps *").says("{\"ID\":\"27d0\"}\n").always();
  fake.shell.on("docker inspect *").says(container("running", kStarted)).always();
  makeComposeManager(fake.world())->start(nautobot(), 10s);
}
