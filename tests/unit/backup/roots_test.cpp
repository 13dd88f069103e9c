#include "lib/backup/roots.hpp"

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/support/kinds.hpp"

using backup::Roots;
using Catch::Matchers::Contains;
using support::kindOf;

namespace {

/// A NetBox whose interpreter is missing, so that its configuration is read as text.
struct Bench {
  explicit Bench(const std::string& settings = "SECRET_KEY = 'abc'\n") {
    instance.name = "netbox";
    instance.root = "/opt/netbox";
    instance.settings = "/opt/netbox/netbox/netbox/configuration.py";
    instance.media = "/opt/netbox/netbox/media";
    fakes.files.put("/opt/netbox-4.2.3/netbox/netbox/settings.py", "VERSION = '4.2.3'");
    fakes.files.put("/opt/netbox-4.2.3/netbox/netbox/configuration.py", settings);
    fakes.files.put("/opt/netbox-4.2.3/local_requirements.txt", "plugin");
    fakes.files.put("/opt/netbox-4.2.3/LICENSE.txt", "text");
    fakes.files.putLink("/opt/netbox", "netbox-4.2.3");
  }
  Roots find() { return backup::findRoots(fakes.world(), instance); }

  fakes::FakeWorld fakes;
  config::Instance instance;
};

std::vector<std::string> names(const Roots& roots, const std::string& part) {
  std::vector<std::string> all;
  for (const auto& root : roots.of(part)) all.push_back(root.name);
  return all;
}

}  // namespace

TEST_CASE("parts are named by words, and a wrong one is answered with those that there are") {
  CHECK(backup::partsOf("media,config") == std::vector<std::string>{"config", "media"});
  CHECK(backup::partsOf("media,media") == std::vector<std::string>{"media"});
  for (const char* words : {"", "all", "media,", "media config", "MEDIA"}) {
    try {
      backup::partsOf(words);
      FAIL("taken");
    } catch (const core::Error& error) {
      CHECK(error.kind() == core::Kind::usage);
      CHECK_THAT(error.hint(), Contains("media, config"));
    }
  }
}

TEST_CASE("roots are named as the configuration does, and lead to where files really are") {
  Bench bench;
  bench.fakes.files.put("/opt/netbox-4.2.3/.env", "A=b");
  bench.fakes.files.put("/opt/netbox-4.2.3/docker-compose.override.yml", "");
  bench.instance.backup.files = {"/etc/nginx/sites-available/netbox"};
  const Roots roots = bench.find();
  CHECK(names(roots, "media") == std::vector<std::string>{"media", "reports", "scripts"});
  CHECK(names(roots, "config") ==
        std::vector<std::string>{"etc/nginx/sites-available/netbox", "opt/netbox/.env",
                                 "opt/netbox/docker-compose.override.yml",
                                 "opt/netbox/local_requirements.txt",
                                 "opt/netbox/netbox/netbox/configuration.py"});
  CHECK(roots.of("config")[4].path == "/opt/netbox-4.2.3/netbox/netbox/configuration.py");
  CHECK(roots.secret_key.size() == 64);
  CHECK(roots.undetermined.empty());
}

TEST_CASE("a folder that holds configuration alone is copied whole") {
  Bench bench;
  bench.instance.settings = "/etc/netbox/config/configuration.py";
  bench.fakes.files.put("/etc/netbox/config/configuration.py", "A = 1\n");
  bench.fakes.files.put("/etc/netbox/config/extra.py", "B = 1\n");
  CHECK_THAT(core::join(names(bench.find(), "config"), " "),
             Contains("etc/netbox/config") && !Contains("extra.py"));
}

TEST_CASE("media in an object store is not taken for media on disk") {
  for (const char* settings :
       {"STORAGE_BACKEND = 'storages.backends.s3boto3.S3Boto3Storage'\n",
        "STORAGES = {'default': {'BACKEND': 'storages.backends.s3boto3.S3Boto3Storage'}}\n"}) {
    Bench bench(settings);
    const Roots roots = bench.find();
    REQUIRE(roots.undetermined.size() == 1);
    CHECK(roots.undetermined[0].first == "media");
    CHECK_THAT(roots.undetermined[0].second, Contains("S3Boto3Storage"));
    CHECK(names(roots, "media") == std::vector<std::string>{"reports", "scripts"});
  }
  for (const char* settings :
       {"STORAGE_BACKEND = None\n",
        "STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}}\n",
        "STORAGES = {'scripts': {'BACKEND': 'extras.storage.ScriptFileSystemStorage'}}\n"}) {
    CHECK(Bench(settings).find().undetermined.empty());
  }
}

TEST_CASE("a storage that the text does not tell is said, and the folder is copied") {
  Bench bench("import os\nSTORAGE_BACKEND = os.environ.get('STORAGE')\n");
  const Roots roots = bench.find();
  CHECK(roots.undetermined.empty());
  CHECK(names(roots, "media").front() == "media");
  CHECK_THAT(core::join(roots.remarks, "; "), Contains("could not determine whether media is in"));
}

TEST_CASE("a set's root is placed where the instance would have such a file, or nowhere") {
  Bench bench;
  const Roots roots = bench.find();
  const auto place = [&](const std::string& part, const std::string& name) {
    return backup::placeFor(roots, bench.instance, part, name).value_or("nowhere");
  };
  CHECK(place("media", "media") == "/opt/netbox/netbox/media");
  CHECK(place("media", "etc") == "nowhere");
  CHECK(place("config", "opt/netbox/local_requirements.txt") ==
        "/opt/netbox-4.2.3/local_requirements.txt");
  CHECK(place("config", "opt/netbox/gunicorn.py") == "/opt/netbox/gunicorn.py");  // was there once
  CHECK(place("config", "opt/netbox/netbox/netbox/ldap_config.py") ==
        "/opt/netbox/netbox/netbox/ldap_config.py");
  CHECK(place("config", "opt/netbox/manage.py") == "nowhere");
  CHECK(place("config", "etc/cron.d/x") == "nowhere");
  CHECK(place("config", "opt/netbox/../../etc/x.env") == "nowhere");
}
