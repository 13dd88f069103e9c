#include "lib/migrations/path.hpp"

#include <algorithm>
#include <ctime>

#include "lib/migrations/hazard.hpp"
#include "lib/migrations/left_over.hpp"
#include "lib/migrations/read_file.hpp"
#include "tests/catch.hpp"
#include "tests/unit/migrations/sample_code.hpp"

using Catch::Matchers::Contains;
using migrations::Code;
using migrations::Facts;
using migrations::Hazard;
using migrations::Hop;
using migrations::Key;
using migrations::PathVerdict;
using migrations::Problem;

namespace {

Code release(const std::string& number, config::Product product = config::Product::netbox) {
  const Facts& facts = Facts::of(product);
  return facts.code(*facts.find(number));
}

PathVerdict path(const std::string& from, const std::string& to) {
  return migrations::findPath({from, rowsOf(release(from)), {}, {}}, release(to));
}

std::string outcome(const PathVerdict& verdict) {
  std::string text = migrations::outcomeName(verdict.outcome);
  for (const Hop& hop : verdict.hops) text += " " + hop.to;
  return text;
}

struct Count {
  std::size_t squashes = 0;
  std::size_t members = 0;
};
Count lost(const PathVerdict& verdict) {
  Count count;
  for (const Problem& one : verdict.direct.problems) {
    if (one.kind != Problem::Kind::lost_members) continue;
    ++count.squashes;
    count.members += one.members.size();
  }
  return count;
}

std::string reasons(const PathVerdict& verdict) {
  std::string all;
  for (const Problem& one : verdict.direct.problems) all += migrations::inWords(one) + "\n";
  for (const Hazard& one : verdict.direct.hazards) all += one.words + "\n";
  return all;
}

}  // namespace

TEST_CASE("a squash that would run on live data stops 2.5.12 before 2.7.0, as it did") {
  const PathVerdict verdict = path("2.5.12", "2.7.0");
  CHECK(outcome(verdict) == "with_stops 2.6.12 2.7.0");
  CHECK_THAT(
      reasons(verdict),
      Contains("dcim.0071_device_components_add_description_squashed_0088_powerfeed_available_"
               "power is a squash of 19 migrations") &&
          Contains("24 data operations"));
  CHECK_THAT(reasons(path("2.2.6", "2.8.1")),
             Contains("ipam.0026_prefix_ordering_vrf_nulls_first_squashed_0032") &&
                 Contains("5 data operations"));
}

TEST_CASE("partly applied squashes whose rest is gone stop the known upgrades, with all members") {
  CHECK(outcome(path("3.1.8", "4.0.1")) == "with_stops 3.7.8 4.0.1");
  CHECK(lost(path("3.1.8", "4.0.1")).squashes == 6);
  CHECK(lost(path("3.1.8", "4.0.1")).members == 64);
  CHECK(outcome(path("2.8.6", "3.1.0")) == "with_stops 2.11.12 3.1.0");
  CHECK(lost(path("2.8.6", "3.1.0")).squashes == 7);
  CHECK(lost(path("2.8.6", "3.1.0")).members == 78);
}

TEST_CASE("one missing migration stops 3.6.7 before 4.0, and not 3.6.9") {
  for (const char* from : {"3.6.3", "3.6.7"}) {
    const PathVerdict verdict = path(from, "4.0.1");
    CHECK(outcome(verdict) == "with_stops 3.7.8 4.0.1");
    CHECK_THAT(reasons(verdict), Contains("dcim.0182_zero_length_cable_fix, which is not there"));
    CHECK(lost(verdict).members == 1);
  }
  CHECK(outcome(path("3.6.9", "4.0.1")) == "works");
  CHECK(outcome(path("3.7.8", "4.0.1")) == "works");
}

TEST_CASE("since squashes depend on squashes the same gap shows as conflicting leaves") {
  const PathVerdict verdict = path("3.6.7", "4.6.8");
  CHECK_THAT(reasons(verdict), Contains("several leaves in dcim: dcim.0160_squashed_0166") &&
                                   Contains("would hide what never ran"));
  CHECK(lost(path("3.5.9", "4.6.8")).squashes == 6);
  CHECK(lost(path("3.5.9", "4.6.8")).members == 22);
}

TEST_CASE("from the first release to the last there are two stops; back there is no way") {
  const PathVerdict verdict = path("2.0.0", "4.6.8");
  CHECK(outcome(verdict) == "with_stops 2.11.12 3.7.8 4.6.8");
  for (const Hop& hop : verdict.hops) CHECK(hop.works);
  CHECK(outcome(path("4.6.8", "4.0.0")) == "database_newer");
  CHECK(outcome(path("4.2.9", "4.2.9")) == "nothing_to_do");
}

TEST_CASE("every release reaches the next one in one step, but for the known ones") {
  for (const auto product : {config::Product::netbox, config::Product::nautobot}) {
    const Facts& facts = Facts::of(product);
    std::string failing;
    for (std::size_t i = 0; i + 1 < facts.releases().size(); ++i) {
      if (facts.releases()[i].set == facts.releases()[i + 1].set) continue;
      const Code next = facts.code(i + 1);
      const Hop hop = judgeHop({facts.releases()[i].number, rowsOf(facts.code(i)), {}, {}}, next);
      if (!hop.works) failing += hop.from + ">" + hop.to + " ";
    }
    CHECK(failing == "");
  }
}

TEST_CASE("a path over all releases takes little time") {
  // Time of the processor, so that a busy machine fails nobody.
  const std::clock_t start = std::clock();
  for (int i = 0; i < 5; ++i) path("2.0.0", "4.6.8");
  CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 5 * 0.4);
}

TEST_CASE("what is too old beside the code fails, and no stop is looked for") {
  const PathVerdict verdict = migrations::findPath(
      {"3.6.9", rowsOf(release("3.6.9")), {}, {"", "11.2", ""}}, release("4.0.1"));
  CHECK(outcome(verdict) == "fails");
  CHECK(reasons(verdict) == "4.0.1: PostgreSQL 12 is needed, 11.2 is there\n");
}

TEST_CASE("the release of rows is known from them alone") {
  const Facts& facts = Facts::of(config::Product::netbox);
  CHECK(releaseOfRows(facts, rowsOf(release("3.6.9"))) == "3.6.8 to 3.6.9");
  auto rows = rowsOf(release("4.0.1"));
  rows.insert({"dcim", "0001_squashed"});
  rows.insert({"auth", "0001_initial"});
  CHECK(releaseOfRows(facts, rows) == "4.0.0 to 4.0.2");
  rows.erase({"dcim", "0183_devicetype_exclude_from_utilization"});
  CHECK(releaseOfRows(facts, rows).empty());
}

TEST_CASE("a migration that is applied under another number would run twice, and stops the path") {
  SampleCode code;
  code.add("ipam", "0093_a");
  code.add("ipam", "0096_ipaddress_host_index", {{"ipam", "0093_a"}}).operations = {
      {"AddIndex", "ipaddress", "ipam_ipaddress_host"}};
  const PathVerdict verdict = migrations::findPath(
      {"x", {{"ipam", "0093_a"}, {"ipam", "0094_ipaddress_host_index"}}, {}, {}}, code);
  CHECK(outcome(verdict) == "fails");
  CHECK(reasons(verdict) ==
        "ipam.0096_ipaddress_host_index is applied under the name "
        "ipam.0094_ipaddress_host_index and would run twice\n");
}

TEST_CASE("a name that is left over stops the path") {
  SampleCode code;
  code.add("dcim", "0001_a");
  auto& more = code.add("dcim", "0002_b", {{"dcim", "0001_a"}});
  more.operations = {{"CreateModel", "module", "", ""}, {"AddIndex", "cable", "new_idx"}};
  PathVerdict verdict = migrations::findPath({"x", {{"dcim", "0001_a"}}, {}, {}}, code);
  CHECK(outcome(verdict) == "works");
  CHECK(namesOnTheWay(verdict, code) == std::vector<std::string>{"dcim_module", "new_idx"});
  addLeftOvers({}, verdict);
  CHECK(outcome(verdict) == "works");
  addLeftOvers({"new_idx"}, verdict);
  CHECK(outcome(verdict) == "fails");
  CHECK(reasons(verdict) ==
        "new_idx is in the database already, and a pending migration would make it\n");
  const PathVerdict stops = path("3.6.7", "4.0.1");
  const auto names = namesOnTheWay(stops, release("4.0.1"));
  CHECK(std::find(names.begin(), names.end(), "core_autosyncrecord") == names.end());
  CHECK(std::find(names.begin(), names.end(), "vpn_tunnel") != names.end());
}

TEST_CASE("names that pending migrations make are known, without those that they remove first") {
  migrations::Migration one{{"dcim", "0002_b"}};
  one.operations = {{"RemoveIndex", "cable", "old_idx"}, {"AddIndex", "cable", "old_idx"},
                    {"AddIndex", "cable", "new_idx"},    {"CreateModel", "module", "", ""},
                    {"CreateModel", "bay", "", "bays"},  {"RenameModel", "rack", "Shelf"}};
  CHECK(migrations::namesMade({&one}) ==
        std::vector<std::string>{"new_idx", "dcim_module", "bays", "dcim_shelf"});
}

TEST_CASE("indexes that nobody names are known from the fields") {
  const auto read = [](const std::string& operations) {
    return migrations::readMigration(
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [" +
            operations + "]\n",
        {"dcim", "0227_rack_group"}, "0227_rack_group.py");
  };
  // The name that kept a NetBox of 2026 from its upgrade: the table had been renamed years before.
  const auto group = read(
      "migrations.CreateModel(name='RackGroup', fields=[('id', models.BigAutoField("
      "primary_key=True)), ('slug', models.SlugField(max_length=100, unique=True)),"
      "('kind', models.CharField(max_length=9)), ('note', models.TextField(db_index=True))])");
  CHECK(migrations::namesMade({&group}) ==
        std::vector<std::string>{"dcim_rackgroup", "dcim_rackgroup_slug_3f4582a7_like",
                                 "dcim_rackgroup_slug_key", "dcim_rackgroup_note_6c9b555a",
                                 "dcim_rackgroup_note_6c9b555a_like"});
  const auto module = read(
      "migrations.AddField('Module', 'device', models.ForeignKey(on_delete=x, to='dcim.device')),"
      "migrations.AddField('Module', 'bay', models.OneToOneField(on_delete=x, to='dcim.bay')),"
      "migrations.AddField('Module', 'plain', models.ForeignKey(db_index=False, to='dcim.bay')),"
      "migrations.AddField('Module', 'odd', models.CharField(db_index=ODD))");
  CHECK(migrations::namesMade({&module}) ==
        std::vector<std::string>{"dcim_module_device_id_53cfd5be", "dcim_module_bay_id_key"});
  const auto again = read(
      "migrations.RemoveField('module', 'device'), migrations.DeleteModel('rackgroup'),"
      "migrations.AddField('module', 'device', models.ForeignKey(on_delete=x, to='dcim.device')),"
      "migrations.CreateModel('RackGroup', [('slug', models.SlugField())])");
  CHECK(migrations::namesMade({&again}).empty());
}
