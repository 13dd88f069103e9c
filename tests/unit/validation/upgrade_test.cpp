#include "lib/validation/upgrade.hpp"

#include "lib/validation/release_trees.hpp"
#include "tests/unit/validation/bench.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using validation_test::Bench;

TEST_CASE("a release that mends is a simple upgrade, another minor release a complex one") {
  const auto simple = validation::judgeUpgrade(config::Product::netbox, "4.2.3", "v4.2.9");
  CHECK_FALSE(simple.complex);
  CHECK(simple.title == "Update NetBox from 4.2.3 to 4.2.9");
  CHECK(simple.notes ==
        std::vector<std::string>{"https://github.com/netbox-community/netbox/releases/tag/v4.2.9"});
  const auto complex = validation::judgeUpgrade(config::Product::netbox, "3.6.7", "4.0.1");
  CHECK(complex.complex);
  CHECK(complex.tags == std::vector<std::string>{"netbox", "upgrade-complex"});
  const std::string text = validation::markdown(complex);
  CHECK_THAT(text, Contains("another major release") && Contains("stop at") &&
                       Contains("releases/tag/v3.7.0") && Contains("releases/tag/v4.0.1"));
  CHECK_THROWS_AS(validation::judgeUpgrade(config::Product::netbox, "4.2.9", "4.2.3"), core::Error);
  CHECK_THROWS_AS(validation::judgeUpgrade(config::Product::netbox, "4.2.9", "9.9.9"), core::Error);
}

TEST_CASE("two unpacked releases: steps, packages and required settings that differ") {
  fakes::FakeWorld fakes;
  const auto put = [&](const std::string& root, const char* script, const char* packages,
                       const char* settings) {
    fakes.files.put(root + "/upgrade.sh", script);
    fakes.files.put(root + "/requirements.txt", packages);
    fakes.files.put(root + "/netbox/netbox/settings.py", settings);
    fakes.files.put(root + "/netbox/release.yaml", "version: \"" + root.substr(3) + "\"\n");
  };
  put("/a-4.1.0", "COMMAND=\"python3 netbox/manage.py migrate\"\neval $COMMAND\nCOMMAND=\"x\"\n",
      "Django==5.0.9\nold==1\n", "for parameter in ('ALLOWED_HOSTS', 'DATABASE'):\n    pass\n");
  put("/b-4.2.0", "COMMAND=\"python3 netbox/manage.py migrate\"\nCOMMAND=\"y\"\n",
      "Django==5.1.5\nnew==2\n", "for parameter in ('ALLOWED_HOSTS', 'DATABASES'):\n    pass\n");
  const auto found =
      validation::compareTrees(fakes.files, config::Product::netbox, "/a-4.1.0", "/b-4.2.0");
  CHECK(found.from == "4.1.0");
  CHECK(found.steps == std::vector<std::string>{"- x", "+ y"});
  CHECK(found.packages ==
        std::vector<std::string>{"django 5.0.9, then 5.1.5", "old is gone", "new 2 is new"});
  CHECK(found.settings ==
        std::vector<std::string>{"DATABASES is required now", "DATABASE is required no more"});
  CHECK_THROWS_AS(
      validation::compareTrees(fakes.files, config::Product::netbox, "/a-4.1.0", "/none"),
      core::Error);
}

TEST_CASE("upgrade-steps: completed, left out, not to be seen") {
  const auto ask = [](const char* sessions, bool files) {
    Bench bench;
    if (files) bench.fakes.files.put("/opt/netbox/netbox/static/x.css", "x");
    bench.database().on("information_schema.columns").gives({"?column?"}, {{"1"}}).times(3);
    bench.database().on("_path_id IS NULL").gives({"n"}, {{"0"}});
    bench.database().on("extras_cachedvalue").gives({"n"}, {{"0"}});
    bench.database().on("django_session").gives({"n"}, {{sessions}});
    return bench.ask("upgrade-steps");
  };
  CHECK(ask("0", true).outcome == Outcome::pass);
  CHECK(ask("7", true).outcome == Outcome::warn);
  const auto missing = ask("0", false);
  CHECK(missing.outcome == Outcome::fail);
  CHECK_THAT(missing.hint, Contains("collectstatic"));
  Bench dark;
  dark.fakes.sql.goDown();
  CHECK(dark.ask("upgrade-steps").outcome == Outcome::unknown);
}

TEST_CASE("consumers: a query that is understood, one that is not; fields that are gone") {
  Bench bench;
  const core::Json query{{"query", "{ device_list { name } }"}};
  bench.fakes.http.on("POST", "http://n/graphql/").gives(200, R"({"data": {"device_list": []}})");
  CHECK(bench.ask("graphql", query).outcome == Outcome::pass);
  bench.fakes.http.on("POST", "http://n/graphql/")
      .gives(200, R"({"errors": [{"message": "Cannot query field 'x'"}]})");
  const auto failed = bench.ask("graphql", query);
  CHECK(failed.outcome == Outcome::fail);
  CHECK_THAT(failed.found, Contains("Cannot query field"));
  bench.fakes.http.on("POST", "http://n/graphql/").gives(403, R"({"detail": "no"})");
  CHECK(bench.ask("graphql", query).outcome == Outcome::unknown);
  CHECK_THAT(bench.refused("graphql", {{"query", "mutation { x }"}}),
             Contains("would change something"));

  const core::Json fields{{"path", "/api/dcim/devices/"}, {"fields", {"name", "device_role"}}};
  bench.fakes.http.on("GET", "http://n/api/dcim/devices/")
      .gives(200, R"({"results": [{"name": "a", "device_role": 1}]})");
  CHECK(bench.ask("api-fields", fields).outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/api/dcim/devices/")
      .gives(200, R"({"results": [{"name": "a", "role": 1}]})");
  CHECK_THAT(bench.ask("api-fields", fields).found, Contains("gone: device_role"));
  bench.fakes.http.on("GET", "http://n/api/dcim/devices/").gives(200, R"({"results": []})");
  CHECK(bench.ask("api-fields", fields).outcome == Outcome::unknown);
}
