#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

const std::string kPackages = "/opt/netbox/venv/lib/python3.11/site-packages";

/// An installed NetBox 4.2.3 with one application: dcim.0001_a and, pending or not, dcim.0002_b,
/// which makes the index dcim_b.
void install(Bench& bench) {
  auto& files = bench.fakes.files;
  files.put("/opt/netbox/netbox/netbox/settings.py", "INSTALLED_APPS = [\n    'dcim',\n]\n");
  files.put("/opt/netbox/netbox/release.yaml", "version: \"4.2.3\"\n");
  files.put(bench.instance.settings, "PLUGINS = []\n");
  files.putFolder(kPackages + "/Django-5.1.4.dist-info");
  const std::string folder = "/opt/netbox/netbox/dcim/migrations/";
  files.put(folder + "0001_a.py",
            "class Migration(migrations.Migration):\n    dependencies = []\n");
  files.put(folder + "0002_b.py",
            "class Migration(migrations.Migration):\n    dependencies = [('dcim', '0001_a')]\n"
            "    operations = [migrations.AddIndex(model_name='site', "
            "index=models.Index(fields=['name'], name='dcim_b'))]\n");
}

/// A database that has these migrations, by name.
Scene applied(std::vector<std::string> names) {
  return [=](Bench& bench) {
    install(bench);
    auto& database = bench.database();
    database.on("to_regclass('django_migrations')").gives({"there", "tables"}, {{"t", "t"}});
    std::vector<std::vector<ports::SqlValue>> rows;
    for (const std::string& name : names) {
      rows.push_back({std::to_string(rows.size() + 1), "dcim", name, "2026-01-01"});
    }
    database.on("FROM django_migrations").gives({"id", "app", "name", "applied"}, rows);
    return kNoArguments;
  };
}

/// One pending migration, and these names among the database's own.
Scene pendingBeside(std::vector<std::string> there) {
  return [=](Bench& bench) {
    const core::Json arguments = applied({"0001_a"})(bench);
    std::vector<std::vector<ports::SqlValue>> rows;
    for (const std::string& name : there) rows.push_back({name});
    bench.database().on("pg_catalog.pg_constraint").gives({"name"}, rows);
    return arguments;
  };
}

Scene python(const char* version, int status = 0) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("/opt/netbox/venv/bin/python *").exits(status).says(version);
    bench.database().on("server_version_num").gives({"number"}, {{"150020"}});
    bench.fakes.shell.on("redis-cli *").says("redis_version:7.0.15\n");
    return core::Json{{"release", "4.2.3"}};
  };
}

Scene plugin(const std::string& settings) {
  return [=](Bench& bench) {
    bench.fakes.files.put(bench.instance.settings, settings);
    bench.fakes.files.put(kPackages + "/bgp/__init__.py",
                          "class BgpConfig(PluginConfig):\n    max_version = '4.2.99'\n");
    return core::Json{{"release", "4.2.3"}};
  };
}

Scene steps(bool files) {
  return [=](Bench& bench) {
    if (files) bench.fakes.files.put("/opt/netbox/netbox/static/x.css", "x");
    auto& database = bench.database();
    database.on("information_schema.columns").gives({"?column?"}, {{"1"}}).times(3);
    for (const char* part : {"_path_id IS NULL", "extras_cachedvalue", "django_session"}) {
      database.on(part).gives({"n"}, {{"0"}});
    }
    return kNoArguments;
  };
}

Scene settings(const std::string& name) {
  return [=](Bench& bench) {
    bench.instance.interpreter.clear();
    bench.fakes.files.put(bench.instance.settings,
                          "DATABASE = {'NAME': '" + name +
                              "', 'USER': 'netbox', 'HOST': 'db'}\nREDIS = {'tasks': {'HOST': "
                              "'redis'}, 'caching': {'HOST': 'redis'}}\nMEDIA_ROOT = "
                              "'/opt/netbox/media'\n",
                          0640, 999);
    return kNoArguments;
  };
}

Scene validator(const char* method) {
  return [=](Bench& bench) {
    bench.fakes.files.put(bench.instance.settings,
                          "CUSTOM_VALIDATORS = {'dcim.device': ('validators.device.Main',)}\n");
    bench.fakes.files.put("/v/device.py", "class Main(CustomValidator):\n    def " +
                                              std::string(method) + "(self, x):\n        pass\n");
    return core::Json{{"folder", "/v"}};
  };
}

/// A snapshot of when plugin bgp was configured, and the configuration of now; nothing else
/// answers.
Scene since(const std::string& settings) {
  return [=](Bench& bench) {
    auto& fakes = bench.fakes;
    fakes.files.put("/snap.json",
                    R"({"format": 1, "sotctl": "snapshot", "id": "before", "instance": "netbox",
                        "product": "netbox", "taken": "2026-11-20T03:00:00Z",
                        "parts": {"plugins": ["bgp"], "rows": {"dcim_device": 3}}})");
    if (!settings.empty()) fakes.files.put(bench.instance.settings, settings);
    fakes.sql.goDown();
    fakes.shell.on("*").exits(1).complains("no").always();
    fakes.http.on("GET", "*").fails({core::Kind::unreachable, "refused"}).always();
    fakes.http.on("POST", "*").fails({core::Kind::unreachable, "refused"}).always();
    return core::Json{{"snapshot", "/snap.json"}, {"parts", {"plugins"}}};
  };
}

}  // namespace

std::vector<Trio> releaseTrios() {
  const core::Json folder{{"folder", "/v"}};
  return {
      {"migrations", applied({"0001_a", "0002_b"}), applied({"0001_a", "0002_b", "0003_c"}),
       [](Bench& bench) {
         install(bench);
         return databaseDown()(bench);
       }},
      {"left-overs", pendingBeside({}), pendingBeside({"dcim_b"}),
       [](Bench& bench) {
         install(bench);
         return databaseDown()(bench);
       }},
      {"requirements", python("3.11.2\n"), python("3.8.1\n"), python("", 1)},
      {"plugins", plugin("PLUGINS = ['bgp']\n"), plugin("PLUGINS = ['none']\n"),
       plugin("import os\nPLUGINS = os.environ['X']\n")},
      {"upgrade-steps", steps(true), steps(false), databaseDown()},
      {"settings", settings("netbox"), settings("other"), [](Bench&) { return kNoArguments; }},
      {"snapshot", since("PLUGINS = ['bgp']\n"), since("PLUGINS = []\n"), since("")},
      {"validators", validator("validate"), validator("check"), shutFolder("/v", folder)},
  };
}

}  // namespace validation_test
