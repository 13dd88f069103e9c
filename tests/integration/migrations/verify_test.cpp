#include <filesystem>

#include "tests/catch.hpp"
#include "tests/integration/migrations/project.hpp"

using Catch::Matchers::Contains;
using migrations_tests::kSquash;
using migrations_tests::Project;

namespace {

constexpr const char* kSquashFile =
    "netbox/dcim/migrations/0001_initial_squashed_0003_site_unique.py";
constexpr const char* kStubborn = R"(

class Stubborn(dict):
    def __setitem__(self, key, value):
        if key != "NAME":
            dict.__setitem__(self, key, value)


DATABASES = {"default": Stubborn(DATABASES["default"])}
)";

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  return text.replace(text.find(part), part.size(), by);
}

core::Json check(const core::Json& document, const std::string& id, std::size_t which = 0) {
  for (const auto& one : document.at("checks")) {
    if (one.at("id") == id && which-- == 0) return one;
  }
  return {{"outcome", "none"}, {"found", ""}};
}

std::string tables(Project& project) {
  return project.site()
      .database()
      .admin(project.site().database().name())
      ->query("SELECT count(*)::text AS n FROM pg_tables WHERE schemaname = 'public'")
      .text(0, "n");
}

}  // namespace

TEST_CASE("both paths of migrations are applied to scratch databases and compared") {
  if (!Project::available("both paths of migrations")) return;
  Project project("verify_same");
  CHECK(project.run({"--dry-run", "migrations", "verify", "--apply"}) == 0);
  CHECK_THAT(project.out(), Contains("individual") && Contains("squashed"));
  CHECK(project.run({"migrations", "verify", "--apply"}) == 5);  // nobody to ask
  CHECK(project.scratchDatabases() == 0);

  REQUIRE(project.run({"--yes", "migrations", "verify", "--apply", "-o", "json"}) == 0);
  const auto same = project.json();
  CHECK(check(same, "squash.file")["outcome"] == "pass");
  CHECK(check(same, "squash.missing")["outcome"] == "pass");
  CHECK_THAT(check(same, "squash.path")["found"].get<std::string>(),
             Contains("4 migrations applied, none of them replaced"));
  // The unique column has another maker in each path.
  CHECK_THAT(check(same, "squash.schema")["found"].get<std::string>(),
             Contains("1 cosmetic differences"));
  CHECK(project.scratchDatabases() == 0);
  CHECK(tables(project) == "0");

  project.put(kSquashFile, replaced(kSquash, "models.SlugField", "models.TextField"));
  CHECK(project.run({"--yes", "migrations", "verify", "--apply", "-o", "json"}) == 10);
  CHECK_THAT(check(project.json(), "squash.schema")["found"].get<std::string>(),
             Contains("column slug of public.dcim_site"));
  project.put(kSquashFile, replaced(kSquash, "operations", "nothing = missing\n    operations"));
  CHECK(project.run({"--yes", "migrations", "verify", "--apply", "-o", "json"}) == 10);
  CHECK_THAT(check(project.json(), "squash.path")["found"].get<std::string>(),
             Contains("exit status 1") && Contains("NameError"));
  CHECK(project.scratchDatabases() == 0);
}

TEST_CASE("Nautobot's migrations are applied by its own program") {
  if (!Project::available("Nautobot's migrations")) return;
  Project project("verify_nautobot", config::Product::nautobot);
  const int status = project.run({"--yes", "migrations", "verify", "--apply", "-o", "json"});
  INFO(project.out() << project.err());
  REQUIRE(status == 0);
  const auto same = project.json();
  CHECK(check(same, "squash.missing")["outcome"] == "pass");
  CHECK_THAT(check(same, "squash.path")["found"].get<std::string>(),
             Contains("4 migrations applied, none of them replaced"));
  CHECK(check(same, "squash.schema")["outcome"] == "pass");
  CHECK(project.scratchDatabases() == 0);
  CHECK(tables(project) == "0");
  REQUIRE(project.run({"migrations", "list", "-o", "json"}) == 0);
  CHECK(project.json()["own_answer"]["asked"] == true);
  CHECK(project.json()["own_answer"]["differences"].empty());
}

TEST_CASE("migrate on a scratch database never reaches the instance's own") {
  if (!Project::available("migrate on a scratch database")) return;
  Project project("verify_own");
  ports::Files& files = project.site().world().files;
  const std::string settings = files.read(project.root() + "/netbox/netbox/settings.py");
  project.put("netbox/netbox/settings.py", settings + kStubborn);
  CHECK(project.run({"--yes", "migrations", "verify", "--apply", "-o", "json"}) == 10);
  CHECK_THAT(check(project.json(), "squash.path")["found"].get<std::string>(),
             Contains("connected to verify_own, not to the scratch database"));
  CHECK(tables(project) == "0");
  CHECK(project.scratchDatabases() == 0);
}

TEST_CASE("what the installation itself says is asked and compared") {
  if (!Project::available("what the installation itself says")) return;
  Project project("verify_list");
  REQUIRE(project.run({"migrations", "list", "-o", "json"}) == 0);
  CHECK(project.json()["own_answer"]["asked"] == true);
  CHECK(project.json()["own_answer"]["differences"].empty());
  project.remove(kSquashFile);
  REQUIRE(project.manage({"migrate", "dcim", "0002", "--no-input"}).ok());
  project.put(kSquashFile, kSquash);
  REQUIRE(project.run({"migrations", "list", "-o", "json"}) == 0);
  CHECK(project.json()["own_answer"]["asked"] == true);
  CHECK(project.json()["own_answer"]["differences"].empty());
  CHECK(project.json()["counts"]["partly squashed"] == 1);

  // A model without its migration.
  project.put("netbox/ipam/models.py",
              project.site().world().files.read(project.root() + "/netbox/ipam/models.py") +
                  "    note = models.TextField(default=\"\")\n");
  CHECK(project.run({"migrations", "verify", "-o", "json"}) == 10);
  CHECK_THAT(check(project.json(), "squash.missing")["found"].get<std::string>(), Contains("note"));

  // A table that a pending migration would make.
  CHECK(project.run({"migrations", "path", "--to", project.root()}) == 0);
  project.site().sql("CREATE TABLE ipam_prefix (id int)");
  CHECK(project.run({"migrations", "path", "--to", project.root(), "-o", "json"}) == 10);
  CHECK(project.json()["direct"]["hazards"][0]["kind"] == "left_over_name");
  const support::TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  const std::string dump = folder / "dump.sql";
  project.site().program("pg_dump", {"-d", "verify_list", "-f", dump});
  CHECK(project.run({"migrations", "path", "--from", dump, "--to", project.root(), "-o", "json"}) ==
        10);
  CHECK(project.json()["direct"]["hazards"][0]["kind"] == "left_over_name");
}
