#include "commands/backup/backup.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "lib/core/json.hpp"
#include "lib/step/store.hpp"
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

TEST_CASE("backup prune explains each verdict in a dry run") {
  Bench bench;
  bench.fakes.clock.advance(std::chrono::hours(1));
  sample::changeManifest(bench.fakes, kFolder + kOld, [](backup::Manifest& manifest) {
    manifest.database.taken -= std::chrono::hours(24);
  });
  CHECK(bench.run({"backup", "prune", "--dry-run"}) == 5);
  CHECK_THAT(bench.err.str(), Contains("no rule"));
  CHECK(bench.run({"backup", "prune", "--keep-daily", "2", "--dry-run"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("keep: daily 2026-11-20"));
  CHECK(bench.run({"backup", "prune", "--keep-last", "1", "--dry-run"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("remove: not kept by any rule") && Contains("newest good") &&
                                  Contains("POINT OF NO RETURN"));
  CHECK(bench.run({"backup", "prune", "--keep-last", "-1"}) == 2);
  CHECK(bench.run({"backup", "prune", "--keep-last", "1", "--dry-run", "-o", "json"}) == 0);
  CHECK(bench.json()["sets"][1]["verdict"] == "remove");
}

TEST_CASE("backup prune takes its rules from the configuration") {
  Bench bench;
  bench.fakes.files.put("/etc/sotctl/sotctl.toml",
                        bench.fakes.files.text("/etc/sotctl/sotctl.toml") +
                            "[instance.netbox.backup]\nkeep = { daily = 1, within = \"2d\" }\n");
  bench.fakes.clock.advance(std::chrono::hours(1));
  CHECK(bench.run({"backup", "prune", "--dry-run"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("within 2 d 0 h") && Contains("Already so"));
}

TEST_CASE("nothing good is pruned while new sets are no good") {
  Bench bench;
  bench.fakes.clock.advance(std::chrono::hours(1));
  sample::changeManifest(bench.fakes, kFolder + kOld, [](backup::Manifest& manifest) {
    manifest.database.taken -= std::chrono::hours(24);
  });
  const std::string broken = "20261121T040012Z-4f1c";
  sample::putSet(bench.fakes, kFolder + broken, broken);
  sample::changeManifest(bench.fakes, kFolder + broken, [](backup::Manifest& manifest) {
    manifest.database.taken += std::chrono::minutes(30);
  });
  bench.fakes.files.remove(kFolder + broken + "/roles.sql");
  CHECK(bench.run({"backup", "prune", "--keep-last", "1", "--dry-run"}) == 5);
  CHECK_THAT(bench.err.str(), Contains("newest backup set") && Contains(broken));
  CHECK(bench.run({"backup", "prune", "--broken", "--dry-run"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("remove: broken"));
  bench.fakes.files.removeTree(kFolder + broken);
  step::RunStore store(bench.fakes.world(), "/var/lib/sotctl");
  step::Plan plan;
  plan.id = "20261121T040000Z-0001";
  plan.verb = "backup create";
  plan.instance = "netbox";
  step::Journal journal = store.create(plan, "0.1.0", "", "");
  journal.add("attempt", {{"mode", "run"}});
  journal.add("failed", {{"kind", "unexpected"}, {"message", "no room"}});
  journal.add("end", {{"outcome", "aborted"}});
  CHECK(bench.run({"backup", "prune", "--keep-last", "1", "--dry-run"}) == 5);
  CHECK_THAT(bench.err.str(), Contains("20261121T040000Z-0001") && Contains("no room"));
  bench.fakes.files.remove(kFolder + kOld + "/roles.sql");
  bench.fakes.files.remove(kFolder + kNew + "/roles.sql");
  CHECK(bench.run({"backup", "prune", "--broken", "--dry-run"}) == 5);
  CHECK_THAT(bench.err.str(), Contains("all that there is"));
}

TEST_CASE("backup report ends with the status that monitoring needs") {
  Bench bench;
  bench.fakes.clock.advance(std::chrono::hours(5));
  CHECK(bench.run({"backup", "report"}) == 0);
  CHECK(bench.run({"backup", "report", "--max-age", "6h", "--max-gap", "6h", "-o", "json"}) == 0);
  CHECK(bench.json()["newest"] == kNew);
  CHECK(bench.json()["load_ms"].is_null());
  CHECK(bench.run({"backup", "report", "--max-age", "4h"}) == 10);
  CHECK(bench.run({"backup", "report", "--max-gap", "4h"}) == 10);
  bench.fakes.clock.advance(-std::chrono::hours(50));
  CHECK(bench.run({"backup", "report", "--max-age", "4h"}) == 13);
  bench.fakes.files.removeTree("/var/backups");
  CHECK(bench.run({"backup", "report"}) == 10);
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

TEST_CASE("backup create refuses a word that --with does not know, and names those that it does") {
  Bench bench;
  const auto before = bench.fakes.files.paths();
  for (const char* words : {"pictures", "media,", ""}) {
    CHECK(bench.run({"backup", "create", "--with", words}) == 2);
    CHECK_THAT(bench.err.str(), Contains("media, config"));
  }
  CHECK(bench.fakes.files.paths() == before);
}

TEST_CASE("backup show tells what a set holds beside the database, and what it lacks") {
  Bench bench;
  sample::changeManifest(bench.fakes, kFolder + kNew, [](backup::Manifest& manifest) {
    backup::Part media;
    media.name = "media";
    media.archive = "media.tar.gz";
    media.files = 3;
    media.bytes = 2000;
    media.left_out = {"media/a.png: permission denied"};
    media.left_out_count = 7;
    media.changed = {"media/b.png"};
    media.changed_count = 1;
    manifest.parts = {media};
  });
  CHECK(bench.run({"backup", "show", kNew}) == 0);
  CHECK_THAT(bench.out.str(), Contains("media: 3 files, 2.0 kB") &&
                                  Contains("left out: media/a.png: permission denied") &&
                                  Contains("and 6 more") &&
                                  Contains("changed while copied: media/b.png"));
  CHECK(bench.run({"backup", "show", kNew, "-o", "json"}) == 0);
  CHECK(bench.json()["parts"][0]["whole"] == false);
}
