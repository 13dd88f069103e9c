#include <set>
#include <sstream>

#include "commands/permissions/permissions.hpp"
#include "commands/program.hpp"
#include "commands/run/run.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

constexpr const char* kConfiguration = R"(format = 1
[instance.netbox]
product = "netbox"
environment = "development"
[instance.netbox.database]
name = "netbox"
application = { user = "netbox", host = "db" }
)";
const Words kTree{"--path", "/srv/media", "--user", "netbox", "--group", "netbox"};

/// A tree of netbox with one file of root's, and the program.
struct Bench {
  Bench() {
    fakes.files.put("/etc/sotctl/sotctl.toml", kConfiguration);
    plant(fakes.files, fakes.trees);
  }
  static void plant(fakes::MemFiles& files, fakes::FakeTrees& trees) {
    files.putFolder("/srv/media");
    trees.addAccount("netbox", {990, 990, {}});
    trees.folder("/srv", 0755);
    trees.folder("/srv/media", 02770, 990, 990);
    trees.file("/srv/media/right.jpg", 0660, 990, 990);
    trees.file("/srv/media/wrong.jpg", 0755, 0, 0);
  }

  int run(Words words, const Words& more = {}) {
    out.str("");
    err.str("");
    words.insert(words.end(), more.begin(), more.end());
    start.words = std::move(words);
    start.home = "/root";
    return commands::program(fakes.world(), start,
                             {commands::permissionsNoun(), commands::runNoun()}, out, err,
                             [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }

  fakes::FakeWorld fakes;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE("an audit of a tree tells what differs, and 10", "[permissions]") {
  Bench bench;
  const int status = bench.run({"permissions", "audit", "-o", "json"}, kTree);
  CAPTURE(bench.out.str(), bench.err.str());
  CHECK(status == 10);
  const core::Json place = bench.json().at("places").at(0);
  CHECK(place.at("files") == 2);
  CHECK(place.at("findings").at(0).at("samples").at(0) == "/srv/media/wrong.jpg");
  CHECK(bench.fakes.trees.changes() == 0);
}

TEST_CASE("an audit can be had in every form of checks, each finding under its own name",
          "[permissions]") {
  Bench bench;
  bench.fakes.trees.file("/srv/media/other.jpg", 0755, 0, 0);
  CHECK(bench.run({"permissions", "audit", "-o", "junit"}, kTree) == 10);
  CHECK_THAT(bench.out.str(), Contains("<testsuite name=\"permissions\"") &&
                                  Contains("<failure message=\"2 files: owner root:root"));
  CHECK(bench.run({"permissions", "audit", "-o", "nagios"}, kTree) == 2);
  CHECK_THAT(bench.out.str(), Catch::Matchers::StartsWith("CRITICAL: "));
  CHECK(bench.run({"permissions", "audit", "-o", "tap"}, kTree) == 10);
  CHECK_THAT(bench.out.str(), Catch::Matchers::StartsWith("TAP version 13"));
  CHECK(bench.run({"permissions", "audit", "-o", "prometheus", "--write", "markdown=/a.md"},
                  kTree) == 10);
  CHECK_THAT(bench.out.str(),
             Contains("check=\"permissions.attributes:/srv/media\",outcome=\"fail\"} 1"));
  CHECK_THAT(bench.fakes.files.text("/a.md"), Contains("- [ ]"));
  CHECK(bench.run({"permissions", "audit", "-o", "json"}, kTree) == 10);
  std::set<std::string> ids;
  const core::Json document = bench.json();
  for (const auto& one : document.at("checks")) CHECK(ids.insert(one.at("id")).second);
  CHECK(ids.size() > 1);

  bench.fakes.trees.remove("/srv/media/wrong.jpg");
  bench.fakes.trees.remove("/srv/media/other.jpg");
  CHECK(bench.run({"permissions", "audit", "-o", "nagios"}, kTree) == 0);
  CHECK_THAT(bench.out.str(), Catch::Matchers::StartsWith("OK: "));
  CHECK(bench.run({"permissions", "repair", "-o", "junit"}, kTree) == 2);
}

TEST_CASE("a repair changes what differs, and undo puts it back, without the database",
          "[permissions]") {
  Bench bench;
  bench.fakes.sql.goDown();
  int status = bench.run({"permissions", "repair", "--yes", "-o", "json"}, kTree);
  CAPTURE(bench.out.str(), bench.err.str());
  REQUIRE(status == 0);
  CHECK(bench.fakes.trees.at("/srv/media/wrong.jpg") ==
        ports::Attributes{ports::FileType::file, 0660, 990, 990});
  CHECK(bench.fakes.trees.changes() == 1);
  const std::string run = bench.json().at("run");
  CHECK(bench.run({"permissions", "repair", "--yes"}, kTree) == 0);
  CHECK_THAT(bench.out.str(), Contains("lready so"));
  status = bench.run({"run", "undo", run, "--yes"});
  CAPTURE(bench.out.str(), bench.err.str());
  CHECK(status == 0);
  CHECK(bench.fakes.trees.at("/srv/media/wrong.jpg") ==
        ports::Attributes{ports::FileType::file, 0755, 0, 0});
}

TEST_CASE("a dry run of a repair, or of an audit that writes, changes nothing", "[permissions]") {
  Bench bench;
  CHECK(bench.run({"permissions", "repair", "--dry-run"}, kTree) == 0);
  CHECK_THAT(bench.out.str(), Contains("/srv/media"));
  CHECK(bench.run({"permissions", "audit", "--dry-run", "--write-test"}, kTree) == 10);
  CHECK_THAT(bench.out.str(), Contains("left out in a dry run"));
  CHECK(bench.fakes.trees.changes() == 0);
  CHECK(bench.fakes.files.changes().empty());
}

TEST_CASE("without a terminal and without --yes a repair prints its plan and is refused",
          "[permissions]") {
  Bench bench;
  bench.fakes.prompt.noTerminal();
  CHECK(bench.run({"permissions", "repair"}, kTree) == 5);
  CHECK_THAT(bench.out.str() + bench.err.str(), Contains("1 file"));
  CHECK(bench.fakes.trees.changes() == 0);
}

TEST_CASE("the trees of other hosts are looked at and repaired there", "[permissions]") {
  Bench bench;
  bench.fakes.files.put("/etc/sotctl/sotctl.toml", std::string(kConfiguration) + R"(
[[instance.netbox.host]]
name = "web1"
roles = ["frontend"]
[[instance.netbox.host]]
name = "web2"
roles = ["frontend"]
)");
  for (const char* name : {"web1", "web2"}) {
    auto& host = bench.fakes.hosts.host(name);
    Bench::plant(host.files, host.trees);
  }
  bench.fakes.hosts.host("web2").trees.at("/srv/media/wrong.jpg") =
      bench.fakes.trees.at("/srv/media/right.jpg");
  CHECK(bench.run({"permissions", "audit", "-o", "json"}, kTree) == 10);
  CAPTURE(bench.out.str(), bench.err.str());
  const core::Json places = bench.json().at("places");
  REQUIRE(places.size() == 2);
  CHECK(places[0].at("host") == "web1");
  CHECK(places[0].at("outcome") == "fail");
  CHECK(places[1].at("outcome") == "pass");
  CHECK(bench.run({"permissions", "audit", "--host", "web2"}, kTree) == 0);
  CHECK(bench.run({"permissions", "audit", "--host", "web3"}, kTree) == 4);
  CHECK(bench.run({"permissions", "repair", "--dry-run"}, kTree) == 0);
  const int status = bench.run({"permissions", "repair", "--yes"}, kTree);
  CAPTURE(bench.out.str(), bench.err.str());
  CHECK(status == 0);
  CHECK(bench.fakes.hosts.host("web1").trees.changes() == 1);
  CHECK(bench.fakes.hosts.host("web2").trees.changes() == 0);
  CHECK(bench.fakes.trees.changes() == 0);
}

TEST_CASE("trees of the system, unknown people and contradictions are refused", "[permissions]") {
  Bench bench;
  bench.fakes.files.putFolder("/etc");
  CHECK(bench.run({"permissions", "audit", "--path", "/", "--user", "netbox"}) == 5);
  CHECK(bench.run({"permissions", "repair", "--path", "/etc", "--user", "netbox", "--yes"}) == 5);
  CHECK(bench.run({"permissions", "audit", "--path", "/srv/media", "--user", "nobody-here"}) == 4);
  CHECK(bench.run({"permissions", "audit", "--path", "/srv/media", "--group", "none-here"}) == 4);
  CHECK(bench.run({"permissions", "audit", "--path", "/srv/none", "--user", "netbox"}) == 4);
  CHECK(bench.run({"permissions", "audit", "--path", "/srv/media"}) == 2);
  CHECK(bench.run({"permissions", "audit", "--user", "netbox"}) == 2);
  CHECK(bench.run({"permissions", "audit", "--dir-mode", "999"}, kTree) == 2);
  CHECK(bench.run({"permissions", "audit", "--policy", "netbox"}, kTree) == 2);
  CHECK(bench.run({"permissions", "audit", "--policy", "none"}) == 4);
}

TEST_CASE("explain marks who denies", "[permissions]") {
  Bench bench;
  CHECK(bench.run({"permissions", "explain", "/srv/media/wrong.jpg", "--as", "netbox", "-o",
                   "json"}) == 10);
  CHECK(bench.json().at("components").at(3).at("allowed") == false);
  CHECK(bench.run({"permissions", "explain", "/srv/media/right.jpg", "--as", "netbox"}) == 0);
  CHECK(bench.run({"permissions", "explain", "/srv/media", "--as", "nobody-here"}) == 4);
  CHECK(bench.run({"permissions", "explain", "/srv/media"}) == 2);
}
