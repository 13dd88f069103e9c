#include "lib/service/step_frontend.hpp"

#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;
using step::Verdict;

namespace {

/// Two frontends, each with its own copy of the code, and the database's rows.
struct Frontends {
  Frontends() {
    instance.name = "netbox";
    instance.root = "/opt/netbox";
    instance.database.name = "netbox";
    instance.database.application.user = "netbox";
    for (const char* name : {"web1", "web2"}) {
      config::HostSettings host;
      host.address.name = name;
      instance.hosts.push_back(host);
      config::ProbeSettings probe;
      probe.host = name;
      probe.url = std::string("http://") + name + "/login/";
      instance.probes.push_back(probe);
      install(name, "0001_initial", "");
    }
  }

  fakes::MemFiles& files(const std::string& host) { return fake.hosts.host(host).files; }
  void install(const std::string& host, const std::string& name, const std::string& needs) {
    auto& to = files(host);
    to.put("/opt/netbox/netbox/netbox/settings.py", "INSTALLED_APPS = ['dcim']\n");
    to.put("/opt/netbox/netbox/netbox/configuration.py", "PLUGINS = []\n");
    to.put("/opt/netbox/netbox/release.yaml", "version: \"4.2.3\"\n");
    to.putFolder("/opt/netbox/venv/lib/python3.11/site-packages/Django-5.1.4.dist-info");
    to.put("/opt/netbox/netbox/dcim/migrations/" + name + ".py",
           "class Migration(migrations.Migration):\n    dependencies = [" + needs + "]\n");
  }
  step::Observation fits(const std::string& host, const std::string& applied) {
    auto& database = fake.sql.database("netbox");
    database.on("SET ").always();
    database.on("to_regclass").gives({"there", "tables"}, {{"t", "t"}});
    database.on("FROM django_migrations").gives({"id", "app", "name", "applied"}, rows(applied));
    return CodeFits({fake.world(), instance}, {{"host", host}}).observe(nullptr);
  }
  static std::vector<std::vector<ports::SqlValue>> rows(const std::string& applied) {
    std::vector<std::vector<ports::SqlValue>> all;
    for (const auto& name : core::split(applied, ' ')) {
      all.push_back(
          {std::to_string(all.size() + 1), std::string("dcim"), name, std::string("2026-01-01")});
    }
    return all;
  }

  fakes::FakeWorld fake;
  config::Instance instance;
};

}  // namespace

TEST_CASE("code that knows what the database has may start") {
  Frontends frontends;
  const auto seen = frontends.fits("web1", "0001_initial");
  CAPTURE(seen.check.found);
  CHECK(seen.verdict == Verdict::satisfied);
}

TEST_CASE("old code does not start on a newer schema, and the way on is said") {
  Frontends frontends;
  frontends.install("web1", "0002_b", "('dcim', '0001_initial')");
  CHECK(frontends.fits("web1", "0001_initial 0002_b").verdict == Verdict::satisfied);
  const auto seen = frontends.fits("web2", "0001_initial 0002_b");
  CHECK(seen.verdict == Verdict::blocked);
  CHECK_THAT(seen.check.found, Contains("old code") && Contains("0002_b"));
  CHECK_THAT(seen.check.hint, Contains("Install the new release"));
}

TEST_CASE("new code does not start on the old schema") {
  Frontends frontends;
  frontends.install("web1", "0002_b", "('dcim', '0001_initial')");
  const auto seen = frontends.fits("web1", "0001_initial");
  CHECK(seen.verdict == Verdict::blocked);
  CHECK_THAT(seen.check.found, Contains("old schema"));
}

TEST_CASE("what can't be compared is undetermined, and can be accepted") {
  Frontends frontends;
  frontends.instance.root.clear();
  const Environment environment{frontends.fake.world(), frontends.instance};
  CHECK(CodeFits(environment, {{"host", "web1"}}).observe(nullptr).verdict == Verdict::unknown);
  CHECK(CodeFits(environment, {{"host", "web1"}, {"accepted", true}}).observe(nullptr).verdict ==
        Verdict::satisfied);
}

TEST_CASE("a frontend is spare while another one passes all its probes") {
  Frontends frontends;
  const Environment environment{frontends.fake.world(), frontends.instance};
  FrontendSpare spare(environment, {{"host", "web1"}});
  frontends.fake.http.on("GET", "http://web2/login/").gives(200);
  CHECK(spare.observe(nullptr).verdict == Verdict::satisfied);
  frontends.fake.http.on("GET", "http://web2/login/").gives(503);
  const auto alone = spare.observe(nullptr);
  CHECK(alone.verdict == Verdict::blocked);
  CHECK_THAT(alone.check.found, Contains("web2: status 503"));
  frontends.instance.probes.clear();
  CHECK_THAT(spare.observe(nullptr).check.hint, Contains("{host}"));
}
