#include "commands/migrations/migrations.hpp"

#include <sstream>

#include "commands/program.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

struct Bench {
  int run(Words words) {
    out.str("");
    err.str("");
    start.words = std::move(words);
    start.home = "/root";
    fakes.world().caller.folder = "/srv/upgrade";
    return commands::program(fakes.world(), start, {commands::migrationsNoun()}, out, err,
                             [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }

  fakes::FakeWorld fakes;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

std::string migration(const std::string& body) {
  return "class Migration(migrations.Migration):\n" + body;
}

/// A checkout with two applications.
void putTree(fakes::MemFiles& files, const std::string& root) {
  files.put(root + "/netbox/netbox/settings.py", "INSTALLED_APPS = ['dcim', 'ipam']\n");
  files.put(root + "/netbox/dcim/migrations/0001_a.py", migration("    initial = True\n"));
  files.put(root + "/netbox/dcim/migrations/0002_b.py",
            migration("    dependencies = [('dcim', '0001_a')]\n"));
  files.put(root + "/netbox/ipam/migrations/0001_x.py",
            migration("    dependencies = [('dcim', '0002_b')]\n"));
}

}  // namespace

TEST_CASE("migrations path needs two numbers and nothing else, and never touches the world") {
  Bench bench;
  const auto before = bench.fakes.files.paths();
  CHECK(bench.run({"migrations", "path", "--from", "3.6.7", "--to", "4.0.1"}) == 10);
  CHECK_THAT(bench.out.str(),
             Contains("stop at 3.7.8 first") && Contains("dcim.0182_zero_length_cable_fix"));
  CHECK(bench.run({"migrations", "path", "--from", "3.7.8", "--to", "4.0.1", "-o", "json"}) == 0);
  CHECK(bench.json()["outcome"] == "works");
  CHECK(bench.run({"-n", "migrations", "path", "--from", "4.0.1", "--to", "3.7.8"}) == 10);
  CHECK(bench.run({"migrations", "path", "--from", "4.2.9", "--to", "4.2.9"}) == 0);
  CHECK(bench.run({"migrations", "path", "--product", "nautobot", "--from", "2.3.0", "--to",
                   "2.4.0"}) == 0);
  CHECK(bench.fakes.files.paths() == before);
}

TEST_CASE("migrations path refuses what is no release, tree or dump") {
  Bench bench;
  CHECK(bench.run({"migrations", "path"}) == 2);
  CHECK(bench.run({"migrations", "path", "--from", "4.0.4", "--to", "4.1.0"}) == 4);
  CHECK_THAT(bench.err.str(), Contains("Near it: 4.0.11"));
  CHECK(bench.run({"migrations", "path", "--from", "nothing", "--to", "4.1.0"}) == 4);
  bench.fakes.files.putFolder("/srv/upgrade/empty");
  CHECK(bench.run({"migrations", "path", "--from", "4.0.0", "--to", "empty"}) == 4);
}

TEST_CASE("migrations path takes trees and lists of rows, and packages that it can't judge") {
  Bench bench;
  putTree(bench.fakes.files, "/srv/upgrade/tree");
  bench.fakes.files.put("/srv/upgrade/rows", "dcim.0001_a\n");
  CHECK(bench.run({"migrations", "path", "--from", "rows", "--to", "./tree", "-o", "json"}) == 0);
  CHECK(bench.json()["direct"]["pending"] == core::Json({"dcim.0002_b", "ipam.0001_x"}));
  bench.fakes.files.put("/srv/upgrade/local.txt", "# plugins\nnetbox_BGP==0.12.1\n-r other\n");
  CHECK(bench.run({"migrations", "path", "--from", "rows", "--to", "tree", "--requirements",
                   "local.txt"}) == 13);
  CHECK_THAT(bench.out.str(), Contains("could not determine: netbox-bgp 0.12.1: its migrations"));
}

TEST_CASE("migrations path says what a release needs, and what its documentation asks for") {
  Bench bench;
  const auto with = [&](Words more) {
    Words words{"migrations", "path", "--from", "4.4.0", "--to", "4.5.0"};
    words.insert(words.end(), more.begin(), more.end());
    return bench.run(words);
  };
  CHECK(with({"--python", "3.13", "--postgresql", "16.2", "--redis", "7.2"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("needs Python 3.12 to 3.14, PostgreSQL 14 or later"));
  CHECK(with({"--python", "3.11.2"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("Python 3.12 is needed, 3.11.2 is there"));
  CHECK(with({"--postgresql", "13.14"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("PostgreSQL 14 is needed, 13.14 is there"));
  CHECK(with({"--redis", "4.0.9", "-o", "json"}) == 10);
  CHECK(bench.json()["direct"]["hazards"][0]["kind"] == "requirement");

  CHECK(bench.run({"migrations", "path", "--from", "3.6.9", "--to", "4.0.1"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("asks for a stop at 3.7.8 before 4.0"));
  CHECK(bench.run({"migrations", "path", "--product", "nautobot", "--from", "1.5.0", "--to",
                   "3.0.0", "-o", "json"}) == 0);
  const auto asked = bench.json()["documented_stops"];
  REQUIRE(asked.size() == 2);
  CHECK(asked[0]["before"] == "2.0");
  CHECK(asked[1]["before"] == "3.0");
  CHECK(bench.run({"migrations", "path", "--from", "3.7.0", "--to", "4.0.1"}) == 0);
  CHECK_THAT(bench.out.str(), !Contains("asks for a stop"));
}

TEST_CASE("bad input of every kind is told with its file and line") {
  Bench bench;
  auto& files = bench.fakes.files;
  const std::string tree = "/srv/upgrade/tree";
  const std::string dcim = tree + "/netbox/dcim/migrations/";
  const auto plan = [&] { return bench.run({"migrations", "squash", "--source", "tree"}); };
  putTree(files, tree);
  CHECK(plan() == 0);

  files.put(dcim + "0001_a.py", migration("    dependencies = [('ipam', '0001_x')]\n"));
  CHECK(plan() == 10);
  CHECK_THAT(bench.err.str(), Contains("CircularDependencyError") &&
                                  Contains(dcim + "0001_a.py:2") && Contains("0001_x.py:2"));
  files.put(dcim + "0001_a.py", migration("    dependencies = [\n    ('dcim', '0000_no')]\n"));
  CHECK(plan() == 10);
  CHECK_THAT(bench.err.str(),
             Contains("dcim.0001_a depends on dcim.0000_no") && Contains("0001_a.py:2"));
  files.put(dcim + "0001_a.py", migration("    initial = True\n"));
  files.put(dcim + "0002_other.py", migration("    dependencies = [('dcim', '0001_a')]\n"));
  CHECK(plan() == 10);
  CHECK_THAT(bench.err.str(), Contains("several leaves in dcim") && Contains("0002_b.py:2") &&
                                  Contains("0002_other.py:2"));
  files.remove(dcim + "0002_other.py");

  const auto damaged = [&](const std::string& text) {
    files.put(dcim + "0001_a.py", text);
    return plan();
  };
  CHECK(damaged("print(1)\n") == 11);
  CHECK_THAT(bench.err.str(), Contains(dcim + "0001_a.py: has no class Migration"));
  CHECK(damaged("x = 1\ny = 'abc\n") == 11);
  CHECK_THAT(bench.err.str(), Contains(dcim + "0001_a.py: line 2 is not Python"));
  CHECK(damaged("x = '\xff\xfe'\n") == 11);
  CHECK_THAT(bench.err.str(), Contains(dcim + "0001_a.py") && Contains("UTF-8"));
  CHECK(damaged(std::string(5 << 20, '#')) == 11);
  CHECK_THAT(bench.err.str(),
             Contains(dcim + "0001_a.py") && Contains("more than a migration can have"));
  CHECK(damaged(std::string(17 << 20, '#')) != 0);
  CHECK_THAT(bench.err.str(), Contains(dcim + "0001_a.py"));

  files.put("/srv/upgrade/bare/netbox/netbox/settings.py", "INSTALLED_APPS = ['dcim']\n");
  CHECK(bench.run({"migrations", "squash", "--source", "bare"}) == 4);
  CHECK_THAT(bench.err.str(), Contains("/srv/upgrade/bare"));

  files.put("/srv/upgrade/plan.txt", "[X]  dcim.0001_a\n[X]  dcim.0002_b\n[ ]  dcim.00");
  CHECK(bench.run({"migrations", "squash", "--plan", "plan.txt"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("/srv/upgrade/plan.txt is cut"));
}

TEST_CASE("migrations list shows what is not simply applied, and compares with showmigrations") {
  Bench bench;
  putTree(bench.fakes.files, "/srv/upgrade/tree");
  bench.fakes.files.put("/srv/upgrade/rows", "dcim.0001_a\ndcim.0001_old\n");
  bench.run({"migrations", "list", "--source", "tree", "--applied", "rows"});
  CHECK_THAT(bench.out.str(),
             Contains("dcim.0002_b") && !Contains("dcim.0001_a ") && Contains("unapplied"));
  bench.fakes.files.put("/srv/upgrade/shown",
                        "[X]  dcim.0001_a\n[X]  dcim.0002_b\n[ ]  ipam.0001_x\n");
  CHECK(bench.run({"migrations", "list", "--source", "tree", "--applied", "rows",
                   "--showmigrations", "shown"}) == 10);
  CHECK_THAT(bench.out.str(),
             Contains("dcim.0002_b is applied for showmigrations, here unapplied"));
  CHECK(bench.run({"migrations", "list", "--source", "4.0.1", "--applied", "3.7.8"}) == 0);
  CHECK(bench.run({"migrations", "list", "--source", "3.7.8", "--applied", "4.0.1"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("newer") && Contains("came with 4.0.0"));
}

TEST_CASE("migrations squash prints the calls, from a plan and from code") {
  Bench bench;
  bench.fakes.files.put("/srv/upgrade/plan.txt",
                        "[X] dcim.0001_a\n[X] auth.0001_x\n[ ] dcim.0002_b\n[ ] ipam.0001_x\n");
  CHECK(bench.run({"migrations", "squash", "--plan", "plan.txt", "--apps", "dcim,ipam"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("manage.py squashmigrations dcim 0001 0002"));
  putTree(bench.fakes.files, "/srv/upgrade/tree");
  CHECK(bench.run({"migrations", "squash", "--source", "tree", "-o", "json"}) == 0);
  const auto squash = bench.json()["squash"];
  REQUIRE(squash.size() == 1);
  CHECK(squash[0]["app"] == "dcim");
  CHECK(squash[0]["start"] == "0001");
  CHECK(squash[0]["end"] == "0002");
  CHECK(squash[0]["members"] == core::Json({"dcim.0001_a", "dcim.0002_b"}));
  CHECK(squash[0]["hazards"].empty());
  CHECK(bench.run({"migrations", "squash", "--source", "tree", "--until", "dcim=0001"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("nothing to squash"));
  CHECK(bench.run({"migrations", "squash", "--source", "tree", "--until", "dcim=0007"}) == 4);
  CHECK(bench.run({"migrations", "squash", "--source", "tree", "--minimal"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("2 nodes, 1 of them squash files"));
  CHECK(bench.run({"migrations", "squash", "--plan", "plan.txt", "--minimal"}) == 2);
  bench.fakes.files.put("/srv/upgrade/plan.txt", "[X] dcim.0001_a\nrubbish here\n");
  CHECK(bench.run({"migrations", "squash", "--plan", "plan.txt"}) == 11);
  CHECK_THAT(bench.err.str(), Contains("/srv/upgrade/plan.txt:2"));
}

TEST_CASE("migrations verify names what is left to do and what it can't check") {
  Bench bench;
  putTree(bench.fakes.files, "/srv/upgrade/tree");
  bench.fakes.files.put("/srv/upgrade/tree/netbox/dcim/migrations/0001_a_squashed_0002_b.py",
                        migration("    replaces = [('dcim', '0001_a'), ('dcim', '0002_b')]\n"));
  CHECK(bench.run({"migrations", "verify", "--source", "tree"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("replaces 2, nothing left to do by hand") &&
                                  Contains("needs an installed application"));
  bench.fakes.files.put("/srv/upgrade/log", "  Applying dcim.0002_b... OK\n");
  CHECK(bench.run({"migrations", "verify", "--source", "tree", "--migrate-output", "log"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("replaced migrations ran: dcim.0002_b"));
  bench.fakes.files.put("/srv/upgrade/tree/netbox/netbox/settings.py",
                        "INSTALLED_APPS = ['dcim', 'ipam', 'django_extensions']\n");
  CHECK(bench.run({"migrations", "verify", "--source", "tree"}) == 10);
  CHECK_THAT(bench.out.str(), Contains("django_extensions is still in INSTALLED_APPS"));
  CHECK(bench.run({"migrations", "verify", "--source", "tree", "--squashed", "x"}) == 2);
}
