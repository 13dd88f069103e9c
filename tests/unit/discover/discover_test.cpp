#include "lib/discover/discover.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

constexpr const char* kConfiguration = R"(
ALLOWED_HOSTS = ['netbox.example.org', 'localhost']
DATABASE = {'NAME': 'nb', 'USER': 'nbuser', 'PASSWORD': 'hunter2', 'HOST': 'localhost', 'PORT': ''}
REDIS = {
    'tasks': {'HOST': 'redis.example.org', 'PORT': 6380, 'PASSWORD': 'hunter3', 'DATABASE': 2},
    'caching': {'HOST': 'redis.example.org', 'PORT': 6380, 'PASSWORD': 'hunter3', 'DATABASE': 3},
}
)";

constexpr const char* kUnits =
    "Type=notify\nUser=netbox\nWorkingDirectory=/opt/netbox\n"
    "ExecStart={ path=/opt/netbox/venv/bin/gunicorn ; argv[]=/opt/netbox/venv/bin/gunicorn --pid "
    "/var/tmp/netbox.pid netbox.wsgi ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] }\n"
    "MainPID=0\nId=netbox.service\nLoadState=loaded\n\n"
    "Type=simple\nUser=netbox\nWorkingDirectory=/opt/netbox\n"
    "ExecStart={ path=/opt/netbox/venv/bin/python3 ; argv[]=/opt/netbox/venv/bin/python3 "
    "/opt/netbox/netbox/manage.py rqworker high default low ; ignore_errors=no }\n"
    "MainPID=0\nId=netbox-rq.service\nLoadState=loaded\n\n"
    "Type=oneshot\nWorkingDirectory=/opt/netbox\nExecStart={ path=/a ; argv[]=/a ; x }\n"
    "MainPID=0\nId=netbox-housekeeping.service\nLoadState=loaded\n\n"
    "Type=simple\nWorkingDirectory=/srv/other\nExecStart={ path=/a ; argv[]=/a ; x }\n"
    "MainPID=0\nId=netbox-agent.service\nLoadState=loaded\n";

void tree(fakes::FakeWorld& fake, const std::string& root) {
  fake.files.put(root + "/netbox/manage.py", "");
  fake.files.put(root + "/netbox/release.yaml", "version: \"4.2.3\"\n");
  fake.files.put(root + "/netbox/netbox/configuration.py", kConfiguration, 0640);
  fake.files.put(root + "/gunicorn.py", "bind = '127.0.0.1:8001'\n");
}

void systemd(fakes::FakeWorld& fake) {
  fake.files.putFolder("/run/systemd/system");
  fake.shell.on("systemctl list-unit-files *")
      .says(
          "netbox.service enabled enabled\nnetbox-rq.service enabled enabled\n"
          "netbox-housekeeping.service static -\nnetbox-agent.service enabled enabled\n"
          "netbox-worker@.service disabled enabled\nssh.service enabled enabled\n");
  fake.shell.on("systemctl show * netbox.service netbox-rq.service * netbox-agent.service")
      .says(kUnits);
}

std::string gapIds(const discover::Discovered& one) {
  std::string ids;
  for (const auto& gap : one.gaps) {
    CHECK(gap.outcome == core::Outcome::unknown);
    CHECK_FALSE(gap.found.empty());
    CHECK_FALSE(gap.hint.empty());
    ids += gap.id + " ";
  }
  return ids;
}

}  // namespace

TEST_CASE("a standard host is found whole, through its units") {
  fakes::FakeWorld fake;
  fake.files.putLink("/opt/netbox", "/opt/netbox-4.2.3");
  tree(fake, "/opt/netbox-4.2.3");
  systemd(fake);
  const auto discovery = discover::find(fake.world());
  REQUIRE(discovery.found.size() == 1);
  const auto& one = discovery.found[0];
  const auto& netbox = one.instance;
  CHECK(netbox.name == "netbox");
  CHECK(netbox.root == "/opt/netbox");
  CHECK(one.version.value == "4.2.3");
  CHECK(netbox.environment == config::Environment::production);
  CHECK(netbox.database.name == "nb");
  CHECK(netbox.database.application.user == "nbuser");
  CHECK(netbox.database.application.port == 5432);
  CHECK(netbox.database.application.password.from == config::PasswordReference::From::application);
  CHECK(netbox.database.admin.user == "postgres");
  CHECK(netbox.database.admin.os_user == "postgres");
  CHECK(netbox.redis.host == "redis.example.org");
  CHECK(netbox.redis.port == 6380);
  CHECK(netbox.redis.tasks_database == 2);
  CHECK(netbox.redis.cache_database == 3);
  CHECK(netbox.media == "/opt/netbox/netbox/media");
  REQUIRE(netbox.services.size() == 2);
  CHECK(netbox.services[0].unit == "netbox.service");
  CHECK(netbox.services[0].role == config::ServiceRole::application);
  CHECK(netbox.services[1].name == "netbox-rq");
  CHECK(netbox.services[1].role == config::ServiceRole::worker);
  REQUIRE(netbox.probes.size() == 1);
  CHECK(netbox.probes[0].url == "http://127.0.0.1:8001/login/");
  CHECK(netbox.probes[0].headers.at("Host") == "netbox.example.org");
  CHECK_THAT(one.origins.at("instance.netbox.root"), Contains("discovered: unit netbox"));
  CHECK_THAT(one.origins.at("instance.netbox.database.name"), Contains("as text"));
  CHECK(gapIds(one).empty());
  CHECK(fake.files.changes().empty());
}

TEST_CASE("without systemd the usual folder is found, and the services are a gap") {
  fakes::FakeWorld fake;
  tree(fake, "/opt/netbox");
  const auto discovery = discover::find(fake.world());
  REQUIRE(discovery.found.size() == 1);
  CHECK(gapIds(discovery.found[0]) == "discover.services ");
}

TEST_CASE("a running server elsewhere is found by its process") {
  fakes::FakeWorld fake;
  tree(fake, "/data/apps/nb");
  fake.files.put("/proc/4711/cmdline",
                 std::string("/data/apps/nb/venv/bin/gunicorn\0--config\0x\0netbox.wsgi\0", 57));
  fake.files.putLink("/proc/4711/cwd", "/data/apps/nb/netbox");
  fake.files.put("/proc/1/cmdline", std::string("/sbin/init\0", 11));
  const auto discovery = discover::find(fake.world());
  REQUIRE(discovery.found.size() == 1);
  CHECK(discovery.found[0].instance.root == "/data/apps/nb");
  CHECK(discovery.found[0].origins.at("instance.netbox.root") == "discovered: process 4711");
}

TEST_CASE("each installation is found once, and a sandbox is none") {
  fakes::FakeWorld fake;
  tree(fake, "/opt/netbox");
  tree(fake, "/tmp/box/app");
  fake.files.put("/tmp/box/sotctl.toml", "");
  fake.files.putLink("/srv/netbox", "/opt/netbox");
  fake.files.put("/opt/nautobot/nautobot_config.py",
                 "from nautobot.core.settings import *\n"
                 "DATABASES = {'default': {'NAME': os.getenv('NAUTOBOT_DB_NAME', 'nautobot'), "
                 "'USER': 'nautobot', 'HOST': 'db2'}}\n");
  fake.files.put("/proc/9/cmdline",
                 std::string("/tmp/box/app/venv/bin/gunicorn\0netbox.wsgi\0", 43));
  const auto discovery = discover::find(fake.world());
  REQUIRE(discovery.found.size() == 2);
  CHECK(discovery.found[0].instance.name == "netbox");
  const auto& nautobot = discovery.found[1];
  CHECK(nautobot.instance.name == "nautobot");
  CHECK(nautobot.instance.database.name.empty());
  CHECK(nautobot.instance.database.admin.user.empty());
  CHECK_THAT(gapIds(nautobot), Contains("discover.database.name") &&
                                   Contains("discover.database.admin") &&
                                   Contains("discover.redis") && Contains("discover.media"));
}

TEST_CASE("what an ordinary user may not see is a gap with its remedy") {
  fakes::FakeWorld fake;
  tree(fake, "/opt/netbox");
  fake.files.actAs(1000);
  fake.world().caller.uid = 1000;
  fake.world().caller.account = "ada";
  const auto discovery = discover::find(fake.world());
  REQUIRE(discovery.found.size() == 1);
  const auto& one = discovery.found[0];
  CHECK_FALSE(one.settings);
  REQUIRE_THAT(gapIds(one), Contains("discover.settings"));
  for (const auto& gap : one.gaps) {
    if (gap.id != "discover.settings") continue;
    CHECK_THAT(gap.found, Contains("ada may not read"));
    CHECK_THAT(gap.hint, Contains("sudo"));
  }
}

TEST_CASE("systemd that does not answer is a gap, not an empty host") {
  fakes::FakeWorld fake;
  fake.files.putFolder("/run/systemd/system");
  fake.shell.on("systemctl list-unit-files *").complains("Failed to connect to bus").exits(1);
  const auto discovery = discover::find(fake.world());
  CHECK(discovery.found.empty());
  REQUIRE(discovery.gaps.size() == 1);
  CHECK_THAT(discovery.gaps[0].found, Contains("Failed to connect to bus"));
}

TEST_CASE("a named folder without an installation is an error that says what one looks like") {
  fakes::FakeWorld fake;
  fake.files.putFolder("/srv/empty");
  CHECK_THROWS_AS(discover::find(fake.world(), "/srv/empty"), core::Error);
}
