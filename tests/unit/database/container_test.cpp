#include "lib/database/container.hpp"

#include "lib/database/database.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

const std::string kId(64, 'c');

struct Engine {
  Engine() {
    instance.name = "nb";
    instance.database.name = "netbox";
    instance.database.service = "db";
    instance.database.admin.user = instance.database.application.user = "netbox";
    config::ServiceSettings service;
    service.name = "db";
    service.manager = config::ServiceManager::compose;
    service.project = "netbox-docker";
    service.service = "postgres";
    instance.services.push_back(service);
  }
  void runs(const std::string& ids, const std::string& cgroup) {
    fake.shell.on("docker ps *project=netbox-docker*service=postgres*oneoff=False*").says(ids);
    if (ids != kId + "\n") return;
    fake.shell.on("docker inspect *State.Pid* -- " + kId).says("4242\n");
    fake.files.makeFolder("/proc/4242", 0755);
    fake.files.replace("/proc/4242/cgroup", cgroup, 0444);
  }
  void runs() { runs(kId + "\n", "0::/system.slice/docker-" + kId + ".scope\n"); }
  std::string refusal() {
    try {
      database::Database(fake.world(), instance).admin();
    } catch (const core::Error& error) {
      kind = error.kind();
      return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
  }

  fakes::FakeWorld fake;
  config::Instance instance;
  core::Kind kind{};
};

}  // namespace

TEST_CASE("sessions go through the sockets in the container's own file system") {
  Engine engine;
  engine.runs();
  ports::Files& files = engine.fake.files;
  const std::string root = "/proc/4242/root";
  files.makeFolder(root + "/run/postgresql", 0755);
  files.makeFolder(root + "/var", 0755);
  engine.fake.files.tree(root + "/var")->makeLink("run", "/run");  // as Debian has it
  auto& postgres = engine.fake.sql.database("postgres");
  database::Database(engine.fake.world(), engine.instance).admin();
  REQUIRE(postgres.logins().size() == 1);
  CHECK(postgres.logins().front().host == root + "/run/postgresql");
  CHECK(postgres.logins().front().user == "netbox");
}

TEST_CASE("links in a container lead nowhere outside of it") {
  fakes::FakeWorld fake;
  fake.files.makeFolder("/proc/7/root/a", 0755);
  const auto tree = fake.files.tree("/proc/7/root/a");
  tree->makeLink("up", "../../../../etc");
  tree->makeLink("self", "self");
  tree->makeLink("absolute", "/a/up/x");
  CHECK(database::inTree(fake.files, "/proc/7/root", "/a/up/x") == "/proc/7/root/etc/x");
  CHECK(database::inTree(fake.files, "/proc/7/root", "a/absolute") == "/proc/7/root/etc/x");
  CHECK(database::inTree(fake.files, "/proc/7/root", "../..") == "/proc/7/root");
  CHECK_THROWS_AS(database::inTree(fake.files, "/proc/7/root", "/a/self"), core::Error);
}

TEST_CASE("PostgreSQL's programs are the image's, and a password is in no argument") {
  Engine engine;
  engine.runs();
  engine.fake.files.makeFolder("/etc", 0755);
  engine.fake.files.replace("/etc/secret", "geheim99\n", 0600);
  engine.instance.database.admin.password = {config::PasswordReference::From::file, "/etc/secret"};
  database::Database database(engine.fake.world(), engine.instance);
  const ports::Command command = database.tool("pg_dump", {"--version"});
  const std::vector<std::string> tail(command.argv.end() - 3, command.argv.end());
  CHECK(tail == std::vector<std::string>{kId, "pg_dump", "--version"});
  CHECK(command.argv.at(1) == "exec");
  for (const std::string& word : command.argv) {
    CHECK(word != "-t");
    CHECK_THAT(word, !Contains("geheim99"));
  }
  CHECK(command.environment.at("PGPASSWORD").reveal() == "geheim99");
  CHECK(command.user.empty());
}

TEST_CASE("a container that does not run, runs twice or runs elsewhere is named") {
  {
    Engine engine;
    engine.runs("", "");
    CHECK_THAT(engine.refusal(), Contains("service postgres of compose project netbox-docker") &&
                                     Contains("sotctl service start db"));
    CHECK(engine.kind == core::Kind::not_found);
  }
  {
    Engine engine;
    engine.runs(kId + "\n" + std::string(64, 'd') + "\n", "");
    CHECK_THAT(engine.refusal(), Contains("several containers"));
    CHECK(engine.kind == core::Kind::refused);
  }
  Engine engine;  // the process of that number is another host's
  engine.runs(kId + "\n", "0::/user.slice\n");
  CHECK_THAT(engine.refusal(), Contains("process 4242") && Contains("must run on this host"));
  CHECK(engine.kind == core::Kind::undetermined);
}

TEST_CASE("an engine that is down is not a server that is down") {
  Engine engine;
  engine.fake.shell.on("docker ps*")
      .exits(1)
      .complains("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
  CHECK_THAT(engine.refusal(), Contains("systemctl status docker"));
  CHECK(engine.kind == core::Kind::unreachable);
}

TEST_CASE("room is what df says in the container") {
  Engine engine;
  engine.runs();
  engine.fake.shell.on("docker exec * " + kId + " df -Pk -- /var/lib/postgresql/data")
      .says(
          "Filesystem     1024-blocks      Used Available Capacity Mounted on\n"
          "overlay           61255492  24183208  33928048      42% /\n");
  database::Database database(engine.fake.world(), engine.instance);
  CHECK(database.freeBytes("/var/lib/postgresql/data") == 33928048ULL * 1024);
}
