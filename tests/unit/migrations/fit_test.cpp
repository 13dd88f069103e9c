#include "lib/migrations/fit.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/unit/migrations/sample_code.hpp"

using Catch::Matchers::Contains;
using migrations::Fit;
using migrations::fitName;
using migrations::FitVerdict;

namespace {

/// An installed NetBox with one application, Django's contenttypes and a plugin.
class House {
 public:
  House() {
    auto& files = world_.files;
    files.put("/opt/netbox/netbox/netbox/settings.py", R"(
INSTALLED_APPS = [
    'django.contrib.contenttypes',
    'django_tables2',
    'dcim',
]
if DEBUG:
    INSTALLED_APPS.append('debug_toolbar')
for plugin_name in PLUGINS:
    INSTALLED_APPS.extend(django_apps)
)");
    files.put("/opt/netbox/netbox/release.yaml", "version: \"4.2.3\"\n");
    files.put("/opt/netbox/netbox/netbox/configuration.py", "PLUGINS = ['netbox_bgp']\n");
    files.putFolder("/opt/netbox/venv/lib/python3.11/site-packages/Django-5.1.4.dist-info");
    files.putFolder("/opt/netbox/venv/lib/python3.11/site-packages/django_tables2");
    add("/opt/netbox/netbox/dcim", "0001_initial", "");
    add("/opt/netbox/netbox/dcim", "0002_b", "('dcim', '0001_initial')");
    add(packages() + "/django/contrib/contenttypes", "0001_initial", "");
    add(packages() + "/netbox_bgp", "0001_initial", "('dcim', '0002_b')");
    files.put(packages() + "/netbox_bgp/__init__.py",
              "class BGPConfig(PluginConfig):\n    name = 'netbox_bgp'\n    label = 'bgp'\n");
    rows_ = "contenttypes.0001_initial\ndcim.0001_initial\ndcim.0002_b\nbgp.0001_initial\n";
  }

  static std::string packages() { return "/opt/netbox/venv/lib/python3.11/site-packages"; }
  void add(const std::string& folder, const std::string& name, const std::string& needs) {
    world_.files.put(
        folder + "/migrations/" + name + ".py",
        "class Migration(migrations.Migration):\n    dependencies = [" + needs + "]\n");
  }
  fakes::MemFiles& files() { return world_.files; }
  FitVerdict verdict() { return of(rows_); }
  FitVerdict of(const std::string& rows) {
    world_.files.put("/rows", rows);
    return migrations::fitOfDump(world_.files, "/rows", {"/opt/netbox"});
  }
  const std::string& rows() const { return rows_; }

 private:
  fakes::FakeWorld world_;
  std::string rows_;
};

}  // namespace

TEST_CASE("a database fits the code that migrated it, plugins and Django's own included") {
  House house;
  const FitVerdict verdict = house.verdict();
  CHECK(fitName(verdict.fit) == std::string("fits"));
  CHECK(verdict.found == "file /rows and netbox 4.2.3 at /opt/netbox belong together");
}

TEST_CASE("rows that came after the code make the database newer") {
  House house;
  const FitVerdict verdict = house.of(house.rows() + "dcim.0003_c\n");
  CHECK(verdict.fit == Fit::database_newer);
  CHECK(verdict.found ==
        "file /rows has 1 migration that netbox 4.2.3 at /opt/netbox does not know: dcim.0003_c");
}

TEST_CASE("rows of migrations and applications that the code had once are harmless") {
  House house;
  house.add("/opt/netbox/netbox/dcim", "0150_x", "('dcim', '0002_b')");
  const FitVerdict verdict =
      house.of(house.rows() + "dcim.0150_x\ndcim.0017_old\nsecrets.0001_x\n");
  CHECK(verdict.fit == Fit::fits);
  CHECK(words(verdict.former) == "dcim.0017_old");
  CHECK(words(verdict.strangers) == "secrets.0001_x");
  // Where ids are known, their order decides and not the numbers.
  const FitVerdict later = house.of(
      "1\tdcim\t0001_initial\n2\tdcim\t0002_b\n3\tdcim\t0150_x\n4\tdcim\t0017_old\n"
      "5\tcontenttypes\t0001_initial\n6\tbgp\t0001_initial\n");
  CHECK(later.fit == Fit::database_newer);
}

TEST_CASE("migrations that are not applied make the code newer, in the order of migrate") {
  House house;
  const FitVerdict verdict = house.of("contenttypes.0001_initial\ndcim.0001_initial\n");
  CHECK(verdict.fit == Fit::code_newer);
  CHECK(words(verdict.pending) == "dcim.0002_b bgp.0001_initial");
  CHECK(house.of("# nothing\n").fit == Fit::unknown);
}

TEST_CASE("a database that Django would refuse to migrate is told before anything is done") {
  House house;
  house.files().put("/opt/netbox/netbox/dcim/migrations/0001_s.py",
                    "class Migration(migrations.Migration):\n"
                    "    replaces = [('dcim', '0000_a'), ('dcim', '0000_b')]\n");
  const FitVerdict verdict = house.of(house.rows() + "dcim.0000_a\n");
  CHECK(verdict.fit == Fit::can_not_upgrade);
  CHECK_THAT(verdict.found, Contains("dcim.0000_b"));
}

TEST_CASE("a migration that is applied under another number would run twice") {
  House house;
  house.files().put("/opt/netbox/netbox/dcim/migrations/0004_host_index.py",
                    "class Migration(migrations.Migration):\n"
                    "    dependencies = [('dcim', '0002_b')]\n"
                    "    operations = [migrations.AddIndex('ipaddress', models.Index('host'))]\n");
  const FitVerdict verdict = house.of(house.rows() + "dcim.0003_host_index\n");
  CHECK(verdict.fit == Fit::can_not_upgrade);
  CHECK(
      verdict.found ==
      "dcim.0003_host_index is applied in file /rows and would run again as dcim.0004_host_index");
}

TEST_CASE("what can't be read makes the verdict unknown, with the reason") {
  House house;
  house.files().put("/opt/netbox/netbox/netbox/configuration.py",
                    "PLUGINS = environ['X'].split()\n");
  FitVerdict verdict = house.verdict();
  CHECK(verdict.fit == Fit::unknown);
  CHECK_THAT(verdict.found, Contains("PLUGINS depends on the environment (X)"));

  House bare;
  bare.files().removeTree("/opt/netbox/venv");
  verdict = bare.verdict();
  CHECK(verdict.fit == Fit::unknown);
  CHECK_THAT(verdict.found, Contains("no virtual environment was found at /opt/netbox, so the code "
                                     "of bgp, contenttypes was not seen"));
  CHECK(bare.of(bare.rows() + "dcim.0003_c\n").fit == Fit::database_newer);

  bare.files().put("/opt/netbox/netbox/dcim/migrations/0002_b.py", "x = 1\n");
  CHECK_THAT(bare.verdict().found, Contains("0002_b.py: has no class Migration"));

  fakes::FakeWorld nothing;
  CHECK_THAT(migrations::fitOfDump(nothing.files, "/rows", {"/opt/netbox"}).found,
             Contains("/rows does not exist"));
}

TEST_CASE("two products in one tree need a word which one") {
  House house;
  house.files().put("/opt/netbox/nautobot/core/settings.py", "INSTALLED_APPS = []\n");
  CHECK_THAT(house.verdict().found, Contains("has two products"));
  CHECK_THROWS_AS(migrations::readCode(house.files(), {"/opt/netbox"}), core::Error);
  CHECK(migrations::readCode(house.files(), {"/opt/netbox", config::Product::netbox}).version ==
        "4.2.3");
}
