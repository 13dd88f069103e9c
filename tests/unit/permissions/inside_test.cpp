#include "lib/permissions/inside.hpp"

#include "lib/permissions/place.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using permissions::InsideFiles;
using permissions::InsideTrees;

namespace {

/// A container whose process is 99 and whose numbers begin at 100000 outside.
struct Container {
  fakes::FakeWorld fake;

  explicit Container(const std::string& map = "0 100000 65536\n") {
    fakes::MemFiles& files = fake.files;
    files.put("/proc/99/uid_map", map);
    files.put("/proc/99/gid_map", map);
    files.put("/proc/99/root/etc/passwd", "root:x:0:0::/:/bin/sh\nunit:x:999:0::/:/bin/sh\nbad\n");
    files.put("/proc/99/root/etc/group", "root:x:0:\nmedia:x:44:unit\n");
    files.put("/proc/99/root/data/photo", "x");
    files.putLink("/proc/99/root/opt", "/data");
    files.putLink("/proc/99/root/loop", "loop");
    files.put("/data/of-the-host", "x");
  }
};

}  // namespace

TEST_CASE("links in a container lead where they lead inside", "[permissions]") {
  Container container;
  InsideFiles files(container.fake.files, 99);
  CHECK(files.resolve("/opt/photo") == "/data/photo");
  CHECK(files.read("/opt/photo") == "x");
  CHECK_FALSE(files.resolve("/opt/of-the-host"));
  CHECK_FALSE(files.resolve("/loop/photo"));
  CHECK(files.resolve("/opt/../data/./photo") == "/data/photo");
  CHECK(files.resolve("/../..") == "/");
}

TEST_CASE("a container's files are for looking", "[permissions]") {
  Container container;
  InsideFiles files(container.fake.files, 99);
  CHECK_THROWS_AS(files.replace("/data/photo", "y", 0600), std::logic_error);
  CHECK_THROWS_AS(files.remove("/data/photo"), std::logic_error);
}

TEST_CASE("names are the container's, numbers the host's", "[permissions]") {
  Container container;
  InsideTrees trees(container.fake.trees, container.fake.files, 99);
  CHECK(trees.account("unit") == ports::Identity{100999, 100000, {100044}});
  CHECK(trees.group("media") == 100044U);
  CHECK_FALSE(trees.account("bad"));
  CHECK(trees.accountName(100999) == "unit (999)");
  CHECK(trees.accountName(100101) == "101");
  CHECK(trees.accountName(33).empty());
  CHECK(trees.groupName(100000) == "root (0)");
}

TEST_CASE("without a user namespace both numbers are the same", "[permissions]") {
  Container container("0 0 4294967295\n");
  InsideTrees trees(container.fake.trees, container.fake.files, 99);
  CHECK(trees.account("unit")->uid == 999);
  CHECK(trees.accountName(101) == "101");
}

TEST_CASE("a container's trees lie below its process's root", "[permissions]") {
  Container container;
  fakes::FakeTrees& trees = container.fake.trees;
  for (const char* folder : {"/proc", "/proc/99", "/proc/99/root", "/proc/99/root/data"}) {
    trees.folder(folder, 0755);
  }
  InsideTrees inside(trees, container.fake.files, 99);
  CHECK(inside.attributes("/data")->mode == 0755);
  CHECK_FALSE(inside.attributes("/proc"));
}

TEST_CASE("places are the hosts that run it, and there the application's container",
          "[permissions]") {
  fakes::FakeWorld fake;
  config::Instance instance;
  config::ServiceSettings app;
  app.name = "app";
  app.role = config::ServiceRole::application;
  config::ServiceSettings worker = app;
  worker.name = "rq";
  worker.role = config::ServiceRole::worker;
  using permissions::Place;
  SECTION("this host") {
    instance.services = {app, worker};
    CHECK(permissions::placesOf(fake.world(), instance, {}) == std::vector{Place{}});
  }
  SECTION("a container here") {
    app.manager = config::ServiceManager::compose;
    instance.services = {worker, app};
    CHECK(permissions::placesOf(fake.world(), instance, {}) == std::vector{Place{"", "app"}});
  }
  SECTION("frontends and workers, each with its own") {
    const std::vector<std::pair<const char*, config::HostRole>> hosts{
        {"web1", config::HostRole::frontend},
        {"job1", config::HostRole::worker},
        {"db1", config::HostRole::primary}};
    for (const auto& [name, role] : hosts) {
      instance.hosts.push_back({{.name = name}, {role}, ""});
    }
    app.host = "web1";
    worker.host = "web1";
    worker.manager = config::ServiceManager::compose;
    config::ServiceSettings other = worker;
    other.host = "job1";
    instance.services = {app, worker, other};
    CHECK(permissions::placesOf(fake.world(), instance, {}) ==
          std::vector{Place{"web1", ""}, Place{"job1", "rq"}});
    CHECK(permissions::placesOf(fake.world(), instance, {"job1"}) ==
          std::vector{Place{"job1", "rq"}});
    CHECK_THROWS_AS(permissions::placesOf(fake.world(), instance, {"web2"}), core::Error);
  }
}
