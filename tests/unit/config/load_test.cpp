#include "lib/config/config.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

constexpr const char* kText =
    "format = 1\n[instance.a]\nproduct = \"netbox\"\nenvironment = \"staging\"\n"
    "[instance.a.database]\nname = \"n\"\napplication = { user = \"u\" }\n";
constexpr unsigned kAda = 1000;

void beAda(fakes::FakeWorld& fake) {
  fake.files.account("ada", kAda);
  fake.files.actAs(kAda);
  fake.world().caller.uid = kAda;
  fake.world().caller.account = "ada";
}

std::string loadError(fakes::FakeWorld& fake, const std::optional<std::string>& file,
                      core::Kind kind) {
  try {
    config::load(fake.world(), file, "/home/ada/.config");
  } catch (const core::Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
  return "loaded";
}

}  // namespace

TEST_CASE("the first configuration that is there counts, and no other") {
  fakes::FakeWorld fake;
  beAda(fake);
  CHECK_FALSE(config::load(fake.world(), std::nullopt, "/home/ada/.config"));
  fake.files.put("/home/ada/.config/sotctl/sotctl.toml", kText, 0600, kAda);
  CHECK(config::load(fake.world(), std::nullopt, "/home/ada/.config")->file ==
        "/home/ada/.config/sotctl/sotctl.toml");
  fake.files.put("/etc/sotctl/sotctl.toml", kText);
  CHECK(config::load(fake.world(), std::nullopt, "/home/ada/.config")->file ==
        "/etc/sotctl/sotctl.toml");
  CHECK(config::load(fake.world(), "/home/ada/.config/sotctl/sotctl.toml", "")->file ==
        "/home/ada/.config/sotctl/sotctl.toml");
}

TEST_CASE("root takes no configuration from a home folder unless it is named") {
  fakes::FakeWorld fake;
  fake.files.put("/home/ada/.config/sotctl/sotctl.toml", kText);
  CHECK_FALSE(config::load(fake.world(), std::nullopt, "/home/ada/.config"));
  CHECK(config::load(fake.world(), "/home/ada/.config/sotctl/sotctl.toml", ""));
}

TEST_CASE("a named file is below the caller's folder, and must be there") {
  fakes::FakeWorld fake;
  fake.world().caller.folder = "/srv";
  fake.files.put("/srv/lab.toml", kText);
  CHECK(config::load(fake.world(), "lab.toml", "")->file == "/srv/lab.toml");
  CHECK_THAT(loadError(fake, "absent.toml", core::Kind::not_found), Contains("absent.toml"));
}

TEST_CASE("a configuration that somebody else could write is refused") {
  fakes::FakeWorld fake;
  beAda(fake);
  fake.files.put("/etc/sotctl/sotctl.toml", kText, 0664);
  CHECK_THAT(loadError(fake, std::nullopt, core::Kind::configuration),
             Contains("/etc/sotctl/sotctl.toml is writable by its group (mode 0664)"));
}

TEST_CASE("trust ends at a stranger's file, folder or link") {
  fakes::FakeWorld fake;
  fake.files.putFolder("/tmp", 01777);
  fake.files.put("/tmp/mine/a", "", 0600, kAda);
  fake.files.put("/shared/a", "", 0644);
  fake.files.putFolder("/shared", 0777);
  fake.files.put("/theirs/a", "", 0644);
  fake.files.putFolder("/theirs", 0755, 999);
  fake.files.put("/etc/real/a", "", 0644);
  fake.files.putLink("/etc/link", "real/a");
  fake.files.putLink("/etc/up", "../etc/./real/a");
  fake.files.putLink("/etc/out", "/shared/a");
  fake.files.putLink("/etc/folder", "real");
  fake.files.putLink("/etc/circle", "circle");
  const auto reason = [&](const std::string& path, unsigned uid = kAda) {
    return config::distrust(fake.files, path, uid).value_or("trusted");
  };
  CHECK(reason("/etc/real/a") == "trusted");
  CHECK_THAT(reason("/tmp/mine/a"), Contains("trusted"));
  CHECK_THAT(reason("/tmp/mine/a", 0), Contains("/tmp/mine/a belongs to number 1000"));
  CHECK(reason("/shared/a") == "/shared is writable by everybody (mode 0777)");
  CHECK(reason("/theirs/a") == "/theirs belongs to netbox");
  CHECK(reason("/etc/link") == "trusted");
  CHECK(reason("/etc/up") == "trusted");
  CHECK(reason("/etc/folder/a") == "trusted");
  CHECK(reason("/etc/out") == "/shared is writable by everybody (mode 0777)");
  CHECK_THROWS_AS(reason("/etc/circle"), core::Error);
  CHECK_THROWS_AS(reason("/etc/absent"), core::Error);
}
