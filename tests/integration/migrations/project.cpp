#include "tests/integration/migrations/project.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "commands/migrations/migrations.hpp"
#include "commands/schema/schema.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"

namespace migrations_tests {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

constexpr const char* kManage = R"(import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netbox.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
)";

// As `nautobot-server` of Nautobot 2 begins: the configuration is the settings' module.
constexpr const char* kServer = R"(import importlib.util
import os
import sys

if __name__ == "__main__":
    at = sys.argv.index("--config")
    place = sys.argv[at + 1]
    del sys.argv[at : at + 2]
    spec = importlib.util.spec_from_file_location("nautobot_config", place)
    sys.modules["nautobot_config"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["nautobot_config"])
    os.environ["DJANGO_SETTINGS_MODULE"] = "nautobot_config"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
)";

constexpr const char* kCore = R"(DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "nautobot.dcim",
    "nautobot.ipam",
]
)";

constexpr const char* kSettings = R"(from netbox import configuration

VERSION = "3.2.9"
SECRET_KEY = configuration.SECRET_KEY
DATABASES = {"default": configuration.DATABASE}
DATABASES["default"].update({"ENGINE": "django.db.backends.postgresql"})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "dcim",
    "ipam",
]
)";

constexpr const char* kInitial = R"(from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
    ]
)";

constexpr const char* kSlug = R"(from django.db import migrations, models


def fill(apps, schema_editor):
    for site in apps.get_model("dcim", "Site").objects.all():
        site.slug = site.name
        site.save()


class Migration(migrations.Migration):
    dependencies = [("dcim", "0001_initial")]
    operations = [
        migrations.AddField("site", "slug", models.SlugField(default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
)";

constexpr const char* kUnique = R"(from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dcim", "0002_site_slug")]
    operations = [
        migrations.AlterField("site", "name", models.CharField(max_length=100, unique=True)),
    ]
)";

constexpr const char* kPrefix = R"(import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("dcim", "0003_site_unique"), ("contenttypes", "__first__")]
    operations = [
        migrations.CreateModel(
            name="Prefix",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("site", models.ForeignKey("dcim.Site", django.db.models.deletion.PROTECT)),
            ],
        ),
    ]
)";

constexpr const char* kDcimModels = R"(from django.db import models


class Site(models.Model):
    id = models.BigAutoField(primary_key=True, serialize=False)
    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(default="")
)";

constexpr const char* kIpamModels = R"(from django.db import models


class Prefix(models.Model):
    id = models.BigAutoField(primary_key=True, serialize=False)
    site = models.ForeignKey("dcim.Site", models.PROTECT)
)";

}  // namespace

const char* const kSquash = R"(from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("dcim", "0001_initial"), ("dcim", "0002_site_slug"), ("dcim", "0003_site_unique")]
    initial = True
    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("slug", models.SlugField(default="")),
            ],
        ),
    ]
)";

Project::Project(const std::string& database_name, config::Product product)
    : site_(database_name),
      root_(folder_ / config::productName(product)),
      nautobot_(product == config::Product::nautobot) {
  chmod(folder_.path().c_str(), 0755);
  put("venv.txt", "");  // makes the root
  makeEnvironment();
  nautobot_ ? putNautobot(database_name) : putNetbox(database_name);
  for (const char* app : {"dcim", "ipam"}) {
    put(fmt::format("{}/{}/__init__.py", code_, app), "");
    put(fmt::format("{}/{}/migrations/__init__.py", code_, app), "");
  }
  put(code_ + "/dcim/models.py", kDcimModels);
  put(code_ + "/ipam/models.py", kIpamModels);
  put(code_ + "/dcim/migrations/0001_initial.py", kInitial);
  put(code_ + "/dcim/migrations/0002_site_slug.py", kSlug);
  put(code_ + "/dcim/migrations/0003_site_unique.py", kUnique);
  put(code_ + "/dcim/migrations/0001_initial_squashed_0003_site_unique.py", kSquash);
  put(code_ + "/ipam/migrations/0001_initial.py", kPrefix);
  makeDatabase(database_name);
  const auto& login = site_.instance().database.admin;
  put("sotctl.toml",
      fmt::format("format = 1\nstate = \"{0}/state\"\n[instance.small]\nproduct = \"{7}\"\n"
                  "environment = \"development\"\nroot = \"{0}\"\ninterpreter = \"{1}\"\n{8}"
                  "[instance.small.database]\nname = \"{2}\"\ntools = \"{3}\"\n"
                  "[instance.small.database.application]\nhost = \"{4}\"\nport = {5}\n"
                  "user = \"app\"\n"
                  "[instance.small.database.admin]\nhost = \"{4}\"\nport = {5}\n"
                  "user = \"postgres\"\n{6}",
                  root_, root_ + "/venv/bin/python", database_name, site_.instance().database.tools,
                  login.host, login.port,
                  login.os_user.empty() ? "" : fmt::format("os_user = \"{}\"\n", login.os_user),
                  config::productName(product),
                  nautobot_ ? fmt::format("settings = \"{}/nautobot_config.py\"\n", root_) : ""));
}

void Project::putNetbox(const std::string& database_name) {
  const auto& login = site_.instance().database.admin;
  code_ = "netbox";
  put("netbox/manage.py", kManage);
  put("netbox/netbox/__init__.py", "");
  put("netbox/netbox/settings.py", kSettings);
  put("netbox/netbox/configuration.py",
      fmt::format("SECRET_KEY = 'x' * 50\nALLOWED_HOSTS = ['*']\n"
                  "DATABASE = {{'NAME': '{}', 'USER': 'app', 'HOST': '{}', 'PORT': '{}'}}\n",
                  database_name, login.host, login.port));
}

void Project::putNautobot(const std::string& database_name) {
  const auto& login = site_.instance().database.admin;
  code_ = packages_.substr(root_.size() + 1) + "/nautobot";
  put("venv/bin/nautobot-server", kServer);
  put(code_ + "/__init__.py", "");
  put(code_ + "/core/__init__.py", "");
  put(code_ + "/core/settings.py", kCore);
  put("nautobot_config.py",
      fmt::format("from nautobot.core.settings import *\nSECRET_KEY = 'x' * 50\n"
                  "DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', "
                  "'NAME': '{}', 'USER': 'app', 'HOST': '{}', 'PORT': '{}'}}}}\n",
                  database_name, login.host, login.port));
}

void Project::makeDatabase(const std::string& name) {
  site_.sql(
      "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN "
      "CREATE ROLE app LOGIN; END IF; END$$");
  site_.sql(fmt::format("ALTER DATABASE {} OWNER TO app", ports::sqlName(name)));
}

Project::~Project() = default;

/// A virtual environment whose packages are the system's, with Django where an installation has it.
void Project::makeEnvironment() {
  ports::Shell& shell = site_.world().shell;
  const std::string folder = root_ + "/venv";
  const std::string ask =
      "import django, sys; print(django.__path__[0], 'python%d.%d' % "
      "sys.version_info[:2])";
  const auto made = shell.run(
      {.argv = {kPython, "-I", "-m", "venv", "--without-pip", "--system-site-packages", folder},
       .file_mask = 0022});
  const auto asked = shell.run({.argv = {kPython, "-I", "-c", ask}});
  REQUIRE(made.ok());
  REQUIRE(asked.ok());
  const auto words = core::split(core::trim(asked.out), ' ');
  packages_ = fmt::format("{}/lib/{}/site-packages", folder, words.at(1));
  REQUIRE(symlink(words.at(0).c_str(), (packages_ + "/django").c_str()) == 0);
}

bool Project::available(const std::string& test) {
  if (!support::PrivatePostgres::available()) return false;
  if (std::system("/usr/bin/python3 -I -c 'import django, psycopg2' 2>/dev/null") == 0) {
    return true;
  }
  std::cout << "SKIP " << test << ": Django is not installed\n";
  return false;
}

void Project::put(const std::string& path, const std::string& text) {
  ports::Files& files = site_.world().files;
  const std::string whole = root_ + "/" + path;
  for (auto at = whole.find('/', root_.size() - 1); at != std::string::npos;
       at = whole.find('/', at + 1)) {
    if (!files.info(whole.substr(0, at))) files.makeFolder(whole.substr(0, at), 0755);
  }
  files.replace(whole, text, 0644);
}

void Project::remove(const std::string& path) { site_.world().files.remove(root_ + "/" + path); }

ports::Outcome Project::manage(const std::vector<std::string>& words) {
  std::vector<std::string> argv{root_ + "/venv/bin/python", "-B", root_ + "/netbox/manage.py"};
  argv.insert(argv.end(), words.begin(), words.end());
  return site_.world().shell.run({.argv = argv});
}

int Project::run(std::vector<std::string> words) {
  out_.str("");
  err_.str("");
  commands::Start start;
  start.words = {"--config", root_ + "/sotctl.toml"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.home = root_;
  return commands::program(site_.world(), start,
                           {commands::migrationsNoun(), commands::schemaNoun()}, out_, err_,
                           [](core::Duration) {});
}

std::size_t Project::scratchDatabases() {
  const auto rows = site_.database().admin()->query(
      "SELECT datname FROM pg_database WHERE datname LIKE 'sotctl\\_%'");
  return rows.size();
}

}  // namespace migrations_tests
