#include "lib/backup/dump_inside.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

const std::string kId(64, 'c');
constexpr const char* kSet = "20261121T030000Z-0001";
const std::string kInside = std::string("/tmp/sotctl-") + kSet;

struct Place {
  Place() {
    instance.database.name = "netbox";
    instance.database.service = "db";
    config::ServiceSettings service;
    service.name = service.service = "db";
    service.manager = config::ServiceManager::compose;
    service.project = "nb";
    instance.services.push_back(service);
    fake.shell.on("docker ps *").says(kId + "\n");
    fake.shell.on("docker inspect *").says("4242\n");
    fake.files.makeFolder("/proc/4242", 0755);
    fake.files.replace("/proc/4242/cgroup", "0::/docker/" + kId + "\n", 0444);
    fake.files.makeFolder("/sets/dump", 0700);
    fake.shell.on("docker exec * rm -rf -- " + kInside);  // at the end
  }
  void holds(const std::string& list, const std::string& content) {
    fake.shell.on("docker exec * sh -c *stat* sh " + kInside).says(list);
    fake.shell.on("docker exec * sh -c *cat* sh " + kInside + " *").says(content);
  }
  std::string fetch() {
    database::Database database(fake.world(), instance);
    core::NoProgress progress;
    try {
      backup::DumpInside(database, kSet).fetch("/sets/dump", progress);
    } catch (const core::Error& error) {
      return error.what();
    }
    return "fetched";
  }

  fakes::FakeWorld fake;
  config::Instance instance;
};

}  // namespace

TEST_CASE("files of a dump are fetched from the container in one stream") {
  Place place;
  place.holds("3 11.dat.gz\n0 12.dat\n4 toc.dat\n", "abcTOC!");
  CHECK(place.fetch() == "fetched");
  CHECK(place.fake.files.read("/sets/dump/11.dat.gz") == "abc");
  CHECK(place.fake.files.read("/sets/dump/12.dat").empty());
  CHECK(place.fake.files.read("/sets/dump/toc.dat") == "TOC!");
}

TEST_CASE("a stream that is shorter or longer than the files is no dump") {
  for (const char* content : {"abcTO", "abcTOC!!"}) {
    Place place;
    place.holds("3 11.dat.gz\n4 toc.dat\n", content);
    CHECK_THAT(place.fetch(), Contains("files"));
  }
}

TEST_CASE("a name that leads out of the folder is refused") {
  for (const char* name : {"../../etc/passwd", "-rf", ".hidden", "a b", ""}) {
    Place place;
    place.fake.shell.on("docker exec * sh -c *stat*").says(std::string("3 ") + name + "\n");
    CHECK_THAT(place.fetch(), Contains("no file of a dump"));
  }
}

TEST_CASE("a journal can't name a folder of the container that is no dump's") {
  Place place;
  database::Database database(place.fake.world(), place.instance);
  for (const char* id : {"../etc", "a/../../b", "", "x y"}) {
    CHECK_THROWS_AS(backup::DumpInside(database, id), core::Error);
  }
  core::NoProgress progress;
  backup::DumpInside inside(database, kSet);  // so that what the others were told is used
}
