#include "commands/backup/backup.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/backup/sample_set.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

const std::string kFolder = "/var/backups/sotctl/netbox/";
const std::string kOld = "20261120T030012Z-4f1c";
const std::string kNew = "20261121T030012Z-4f1c";

/// The program with the noun `backup`, a configuration, and two sets.
struct Bench {
  Bench() {
    fakes.files.put("/etc/sotctl/sotctl.toml",
                    "format = 1\n[instance.netbox]\nproduct = \"netbox\"\n"
                    "[instance.netbox.database]\nname = \"netbox\"\n"
                    "application = { user = \"netbox\" }\nadmin = { user = \"postgres\" }\n");
    sample::putSet(fakes, kFolder + kOld, kOld);
    sample::putSet(fakes, kFolder + kNew, kNew);
  }
  int run(Words words) {
    out.str("");
    err.str("");
    start.words = std::move(words);
    start.home = "/root";
    fakes.world().caller.folder = kFolder + kOld;
    return commands::program(fakes.world(), start, {commands::backupNoun()}, out, err,
                             [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }

  fakes::FakeWorld fakes;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE("backup list shows good and broken sets, and those that were begun") {
  Bench bench;
  bench.fakes.files.remove(kFolder + kNew + "/roles.sql");
  bench.fakes.files.putFolder(kFolder + ".partial-20261122T030012Z-4f1c");
  CHECK(bench.run({"backup", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("BROKEN") && Contains("roles.sql is missing"));
  CHECK_THAT(bench.err.str(), Contains(".partial-20261122T030012Z-4f1c"));
  CHECK(bench.run({"backup", "list", "-o", "json"}) == 0);
  CHECK(bench.json()["sets"].size() == 2);
  CHECK(bench.json()["unfinished"].size() == 1);
}

TEST_CASE("backup list without a folder has nothing to show") {
  Bench bench;
  bench.fakes.files.removeTree("/var/backups");
  CHECK(bench.run({"backup", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("no backup sets in /var/backups/sotctl/netbox"));
  CHECK(bench.run({"backup", "verify", "--newest"}) == 4);
  CHECK(bench.run({"backup", "show", "--newest"}) == 4);
}

TEST_CASE("backup verify takes a set, a path, the newest, or all") {
  Bench bench;
  CHECK(bench.run({"backup", "verify", kOld}) == 0);
  CHECK(bench.run({"backup", "verify", kOld.substr(0, 8)}) == 0);
  CHECK(bench.run({"backup", "verify", kFolder + kNew}) == 0);
  CHECK(bench.run({"backup", "verify", "../" + kNew}) == 0);
  CHECK(bench.run({"backup", "verify", kFolder + kNew + "/dump"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("without a manifest"));
  CHECK(bench.run({"backup", "verify", "--newest"}) == 0);
  CHECK(bench.run({"backup", "verify", "--all", "-o", "json"}) == 0);
  CHECK(bench.json()["sets"].size() == 2);
  CHECK(bench.json()["sets"][0]["verdict"] == "good");
}

TEST_CASE("backup verify ends with the status that its help tells") {
  Bench bench;
  CHECK(bench.run({"backup", "verify"}) == 2);
  CHECK(bench.run({"backup", "verify", "--all", "--newest"}) == 2);
  CHECK(bench.run({"backup", "verify", "2026"}) == 2);
  CHECK(bench.run({"backup", "verify", "2025"}) == 4);
  CHECK(bench.run({"backup", "verify", "/nowhere"}) == 4);
  CHECK(bench.run({"backup", "verify", "/etc/sotctl/sotctl.toml"}) == 13);
  CHECK(bench.run({"backup", "verify", "/etc/sotctl"}) == 13);
  bench.fakes.files.put(kFolder + kNew + "/roles.sql", "CREATE ROLE netbux;\n");
  CHECK(bench.run({"backup", "verify", kNew, "-o", "json"}) == 11);
  CHECK(bench.json()["sets"][0]["damages"][0]["object"] == "roles.sql");
  CHECK_THAT(bench.err.str(), Contains("\"corrupt\""));
  CHECK(bench.run({"backup", "verify", kOld}) == 0);
  CHECK(bench.run({"backup", "verify", "--all"}) == 11);
}

TEST_CASE("backup verify --newest does not pass over a broken set to an older good one") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder + kNew, [](backup::Manifest& manifest) {
    manifest.database.taken += std::chrono::hours(1);
  });
  bench.fakes.files.remove(kFolder + kNew + "/roles.sql");
  CHECK(bench.run({"backup", "verify", "--newest"}) == 11);
  CHECK_THAT(bench.out.str(), Contains(kNew));
}

TEST_CASE("backup show tells what a set holds, and fails for a broken one") {
  Bench bench;
  CHECK(bench.run({"backup", "show", kNew}) == 0);
  CHECK_THAT(bench.out.str(), Contains("public.dcim_site") && Contains("0/55267398"));
  CHECK(bench.run({"backup", "show", kNew, "-o", "json"}) == 0);
  CHECK(bench.json()["manifest"]["database"]["tables"][0]["rows"] == 3);
  CHECK(bench.run({"backup", "show"}) == 2);
  CHECK(bench.run({"backup", "show", kNew, "--newest"}) == 2);
  bench.fakes.files.put(kFolder + kNew + "/manifest.json", "{");
  CHECK(bench.run({"backup", "show", kNew}) == 11);
  bench.fakes.files.put(kFolder + kNew + "/manifest.json", "{\"format\": 9}");
  CHECK(bench.run({"backup", "show", kNew}) == 13);
}

TEST_CASE("a set is pinned and unpinned, without the database server, and is still whole") {
  Bench bench;
  bench.fakes.world().caller.host = "app1";
  CHECK(bench.run({"backup", "pin", kNew, "--reason", "the good old days"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("pinned by ada on app1") && Contains("good old days"));
  CHECK(bench.run({"backup", "verify", kNew}) == 0);
  CHECK(bench.run({"backup", "list"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("pinned"));
  CHECK(bench.run({"backup", "show", kNew, "-o", "json"}) == 0);
  CHECK(bench.json()["pinned"] == true);
  CHECK(bench.json()["pin"]["reason"] == "the good old days");
  CHECK(bench.run({"backup", "pin", kNew, "--reason", "another", "--detailed-exitcode"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("Already so") && Contains("good old days"));
  CHECK(bench.run({"backup", "unpin", kNew, "--dry-run", "--detailed-exitcode"}) == 20);
  CHECK(bench.run({"backup", "unpin", kNew, "--detailed-exitcode"}) == 20);
  CHECK(bench.run({"backup", "unpin", kNew, "--detailed-exitcode"}) == 0);
  CHECK(bench.run({"backup", "show", kNew, "-o", "json"}) == 0);
  CHECK(bench.json()["pinned"] == false);
  CHECK(bench.run({"backup", "pin", "2025"}) == 4);
}

TEST_CASE("only a plain file is a pin, and one that can't be understood pins too") {
  Bench bench;
  bench.fakes.files.put(kFolder + kNew + "/pinned.json", "what");
  CHECK(bench.run({"backup", "show", kNew, "-o", "json"}) == 0);
  CHECK(bench.json()["pinned"] == true);
  bench.fakes.files.remove(kFolder + kNew + "/pinned.json");
  bench.fakes.files.putLink(kFolder + kNew + "/pinned.json", "/etc/passwd");
  CHECK(bench.run({"backup", "verify", kNew}) == 11);
}

TEST_CASE("backup create --if-older-than leaves a young set alone") {
  Bench bench;  // both sets were taken at 03:00:12.5, and the clock stands at 03:00:00
  bench.fakes.clock.advance(std::chrono::hours(2));
  CHECK(bench.run({"backup", "create", "--if-older-than", "3h", "-o", "json"}) == 0);
  CHECK(bench.json()["changed"] == false);
  CHECK(bench.json()["set"] == kNew);
  CHECK(bench.run({"backup", "create", "--if-older-than", "3"}) == 2);
}

TEST_CASE("backup verify --before says which moment was understood") {
  Bench bench;
  CHECK(bench.run({"backup", "verify", "--before", "2026-11-21T03:00:13Z"}) == 0);
  CHECK_THAT(bench.err.str(), Contains("2026-11-21T03:00:13Z") && Contains(kNew));
  CHECK(bench.run({"backup", "verify", "--before", "2026-11-21T03:00:12Z"}) == 4);
  CHECK(bench.run({"backup", "verify", "--before", "tomorrow"}) == 2);
  CHECK(bench.run({"backup", "verify", kNew, "--before", "2026-11-21"}) == 2);
}

TEST_CASE("looking at sets changes nothing") {
  Bench bench;
  const auto changes = bench.fakes.files.changes();
  const auto paths = bench.fakes.files.paths();
  for (const Words& words : {Words{"backup", "list"}, Words{"backup", "show", "--newest"},
                             Words{"backup", "verify", "--all"}}) {
    CHECK(bench.run(words) == 0);
  }
  CHECK(bench.fakes.files.changes() == changes);
  CHECK(bench.fakes.files.paths() == paths);
}
