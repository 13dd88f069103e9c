#include "lib/permissions/people.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

TEST_CASE("who a process is, as the kernel tells it", "[permissions]") {
  const ports::Identity identity = permissions::parseIdentity(
      "Name:\tgunicorn\nUid:\t0\t990\t990\t990\nGid:\t33\t991\t991\t991\nGroups:\t33 44 \n");
  CHECK(identity == ports::Identity{990, 991, {33, 44}});
  CHECK_THROWS_AS(permissions::parseIdentity("Name:\tx\n"), core::Error);
}

namespace {

/// One process of a host, as /proc has it.
void run(fakes::FakeWorld& fake, int id, int parent, unsigned uid, const std::string& command,
         const std::string& folder) {
  const std::string place = "/proc/" + std::to_string(id);
  fake.files.put("/proc/stat", "btime 1700000000\n");
  fake.files.put("/proc/sys/kernel/random/boot_id", "5f0c5f0c-1\n");
  fake.files.putFolder(place);
  fake.files.put(place + "/stat", std::to_string(id) + " (x) S " + std::to_string(parent) + " 1 " +
                                      std::to_string(id) +
                                      " 0 0 0 0 0 0 0 0 0 0 0 20 0 1 0 338290 0 0\n");
  std::string words = command;
  for (char& c : words) c = c == ' ' ? '\0' : c;
  fake.files.put(place + "/cmdline", words + '\0');
  const std::string number = std::to_string(uid);
  fake.files.put(place + "/status", "Uid:\t" + number + "\t" + number + "\t" + number + "\t" +
                                        number + "\nGid:\t7\t7\t7\t7\nGroups:\t33 \n");
  fake.files.putLink(place + "/cwd", folder);
}

}  // namespace

TEST_CASE("without a configured service, roles are known by commands and folders",
          "[permissions]") {
  fakes::FakeWorld fake;
  fake.trees.addAccount("netbox", {990, 990, {}});
  run(fake, 10, 1, 990, "gunicorn: master [netbox.wsgi]", "/opt/netbox/netbox");
  run(fake, 11, 10, 990, "gunicorn: worker [netbox.wsgi]", "/opt/netbox/netbox");
  run(fake, 12, 1, 991, "/opt/netbox/venv/bin/python3 manage.py rqworker", "/");
  run(fake, 13, 1, 992, "gunicorn: master [other.wsgi]", "/srv/other");
  run(fake, 14, 1, 993, "uwsgi --ini x.ini", "/opt/netbox");
  run(fake, 15, 1, 994, "celery -A nautobot.core beat", "/opt/netbox");
  run(fake, 16, 1, 33, "nginx: worker process", "/");
  config::Instance instance;
  instance.root = "/opt/netbox";
  const permissions::People people = permissions::runtimePeople(fake.world(), instance);
  REQUIRE(people.ofRole("application").size() == 2);
  CHECK(people.ofRole("application")[0]->account == "netbox");
  CHECK(people.ofRole("application")[0]->identity.groups == std::vector<unsigned>{33});
  CHECK(people.ofRole("application")[1]->identity.uid == 993);
  REQUIRE(people.ofRole("worker").size() == 1);
  CHECK(people.ofRole("worker")[0]->account == "991");
  REQUIRE(people.ofRole("scheduler").size() == 1);
  REQUIRE(people.ofRole("web").size() == 1);
}

TEST_CASE("a unit's sandbox and its security module's word come with the person", "[permissions]") {
  fakes::FakeWorld fake;
  run(fake, 10, 1, 990, "gunicorn", "/");
  fake.files.put("/proc/10/attr/current", std::string("netbox (enforce)\n"));
  config::Instance instance;
  config::ServiceSettings service;
  service.name = "netbox";
  service.unit = "netbox.service";
  service.role = config::ServiceRole::application;
  instance.services = {service};
  fake.shell.on("systemctl show -p ProtectSystem *")
      .says("ProtectSystem=strict\nProtectHome=no\nReadWritePaths=\nDynamicUser=yes\n");
  fake.shell.on("systemctl show *")
      .says("LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=10\n")
      .always();
  const permissions::People people = permissions::runtimePeople(fake.world(), instance);
  REQUIRE(people.all.size() == 1);
  CHECK(people.all[0].sandbox ==
        std::map<std::string, std::string>{{"ProtectSystem", "strict"}, {"DynamicUser", "yes"}});
  CHECK(people.all[0].confinement == "netbox (enforce)");
}
