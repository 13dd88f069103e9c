#include "lib/application/settings.hpp"

#include "lib/application/python/module.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using application::HasPassword;
using Catch::Matchers::Contains;

namespace {

application::Settings fromText(const std::string& text) {
  const auto module = application::python::readModule(text);
  return application::settingsFrom(module.names, {config::Product::netbox, "/opt/netbox", "", ""},
                                   module.others_from);
}

std::string shown(const application::Setting& setting) {
  return setting.value ? "'" + *setting.value + "'" : setting.why;
}

application::Installation tree(fakes::FakeWorld& fake, const std::string& text,
                               unsigned owner = 0) {
  fake.files.put("/opt/netbox/netbox/netbox/configuration.py", text, 0640, owner);
  fake.files.put("/usr/bin/python3", "", 0755);
  fake.files.putLink("/opt/netbox/venv/bin/python", "/usr/bin/python3");
  return {config::Product::netbox, "/opt/netbox", "/opt/netbox/netbox/netbox/configuration.py",
          "/opt/netbox/venv/bin/python"};
}

constexpr const char* kCommand = "/opt/netbox/venv/bin/python -I -B -c * settings";

}  // namespace

TEST_CASE("settings of both generations of NetBox are understood") {
  const auto old =
      fromText("DATABASE = {'NAME': 'nb', 'USER': 'u', 'PASSWORD': 'p', 'HOST': '', 'PORT': ''}\n");
  CHECK(shown(old.database.name) == "'nb'");
  CHECK(shown(old.database.host) == "''");
  CHECK(old.database.password == HasPassword::yes);
  CHECK(shown(old.media) == "'/opt/netbox/netbox/media'");
  const auto now = fromText(
      "DATABASES = {'default': {'NAME': 'nb', 'USER': 'u', 'HOST': 'db', 'PORT': 5433}}\n"
      "MEDIA_ROOT = '/srv/media'\nALLOWED_HOSTS = ('a.example.org', '*')\n");
  CHECK(shown(now.database.port) == "'5433'");
  CHECK(now.database.password == HasPassword::no);
  CHECK(shown(now.media) == "'/srv/media'");
  CHECK(shown(now.allowed_hosts) == "'a.example.org, *'");
}

TEST_CASE("what is not known says which setting and why") {
  const auto settings = fromText(
      "DATABASE = {'NAME': os.getenv('DB'), 'HOST': 'db'}\n"
      "REDIS = {'tasks': {'URL': 'redis://:secret@h/0'}, 'caching': {'SENTINELS': [('a', 1)]}}\n"
      "if x:\n    MEDIA_ROOT = '/a'\n");
  CHECK(shown(settings.database.name) == "DATABASE[NAME] depends on the environment (DB)");
  CHECK(shown(settings.database.user) == "DATABASE has no USER");
  CHECK(shown(settings.tasks.host) == "REDIS[tasks] is given as a URL");
  CHECK_THAT(shown(settings.caching.host), Contains("sentinels"));
  CHECK(shown(settings.media) == "MEDIA_ROOT is set under a condition in line 4");
  CHECK_THAT(shown(settings.secret_key), Contains("is not set"));
}

TEST_CASE("the installation's own interpreter is asked first") {
  fakes::FakeWorld fake;
  const auto installation = tree(fake, "NAME = 1\n");
  fake.shell.on(kCommand).says(
      "noise\n{\"names\": {\"DATABASE\": {\"NAME\": \"nb\", \"PASSWORD\": true}, \"SECRET_KEY\": "
      "\"abc\"}, \"missing\": []}\n");
  const auto settings = application::readSettings(fake.world(), installation);
  CHECK(settings.asked);
  CHECK(settings.how == "asked /opt/netbox/venv/bin/python as root");
  CHECK(shown(settings.database.name) == "'nb'");
  CHECK(settings.database.password == HasPassword::yes);
  CHECK_FALSE(fake.shell.calls().at(0).command.mutates);
}

TEST_CASE("root runs an installation's code as its owner") {
  fakes::FakeWorld fake;
  auto installation = tree(fake, "", 999);
  fake.shell.on(kCommand).says("{\"names\": {}, \"missing\": []}\n");
  CHECK(application::readSettings(fake.world(), installation).how ==
        "asked /opt/netbox/venv/bin/python as netbox");
  CHECK(fake.shell.calls().at(0).command.user == "netbox");
}

TEST_CASE("code that a stranger could have written is not run, and the text is read") {
  fakes::FakeWorld fake;
  const auto installation = tree(fake, "DATABASE = {'NAME': 'nb'}\nSECRET_KEY = 'k'\n");
  fake.files.putFolder("/opt/netbox/venv/bin", 0775);
  const auto settings = application::readSettings(fake.world(), installation);
  CHECK_FALSE(settings.asked);
  CHECK_THAT(settings.how, Contains("as text") && Contains("not safe to run it as root") &&
                               Contains("/opt/netbox/venv/bin is writable by its group"));
  CHECK(shown(settings.database.name) == "'nb'");
  CHECK(shown(settings.secret_key) == "'" + core::sha256("k") + "'");
}

TEST_CASE("an interpreter that fails leaves the text, without quoting what it said") {
  fakes::FakeWorld fake;
  const auto installation = tree(fake, "DATABASE = {'NAME': 'nb'}\n");
  fake.shell.on(kCommand).says("{\"error\": \"ImportError (ldap) in line 3\"}\n");
  CHECK_THAT(application::readSettings(fake.world(), installation).how,
             Contains("could not load it: ImportError (ldap) in line 3"));
  fake.shell.on(kCommand).says("hunter2, not JSON\n");
  const auto settings = application::readSettings(fake.world(), installation);
  CHECK_THAT(settings.how, Contains("did not answer in JSON") && !Contains("hunter2"));
  CHECK(shown(settings.database.name) == "'nb'");
}

TEST_CASE("an answer that depends on variables that only the service has is not taken") {
  fakes::FakeWorld fake;
  auto installation =
      tree(fake, "DATABASE = {'NAME': 'nb', 'HOST': os.environ.get('DB_HOST', 'localhost')}\n");
  const char* answer =
      "{\"names\": {\"DATABASE\": {\"NAME\": \"nb\", \"HOST\": \"localhost\"}}, \"missing\": "
      "[\"DB_HOST\"]}\n";
  fake.shell.on(kCommand).says(answer).times(2);
  const auto settings = application::readSettings(fake.world(), installation);
  CHECK(shown(settings.database.name) == "'nb'");
  CHECK(shown(settings.database.host) == "DATABASE[HOST] depends on the environment (DB_HOST)");
  installation.environment.emplace();
  CHECK(shown(application::readSettings(fake.world(), installation).database.host) ==
        "'localhost'");
}

TEST_CASE("the version is read from the files of each generation") {
  fakes::FakeWorld fake;
  const application::Installation installation{config::Product::netbox, "/opt/netbox", "", ""};
  CHECK_THAT(application::installedVersion(fake.world(), installation).why, Contains("exists"));
  fake.files.put("/opt/netbox/netbox/netbox/settings.py", "import os\nVERSION = '3.2.9'\n");
  CHECK(shown(application::installedVersion(fake.world(), installation)) == "'3.2.9'");
  fake.files.put("/opt/netbox/netbox/release.yaml",
                 "# c\nversion: \"4.2.0\"  # why\ndesignation: beta1\nedition: Community\n");
  CHECK(shown(application::installedVersion(fake.world(), installation)) == "'4.2.0-beta1'");
  fake.files.put("/opt/nautobot/lib/python3.11/site-packages/nautobot-2.1.3.dist-info/METADATA",
                 "");
  fake.files.put("/opt/nautobot/lib/python3.11/site-packages/nautobot_ssot-1.0.dist-info/X", "");
  CHECK(shown(application::installedVersion(fake.world(),
                                            {config::Product::nautobot, "/opt/nautobot", "",
                                             "/opt/nautobot/bin/python"})) == "'2.1.3'");
}
