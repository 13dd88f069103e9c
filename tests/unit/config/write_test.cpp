#include "lib/config/config.hpp"
#include "tests/catch.hpp"

namespace {

config::Instance everything() {
  config::Instance one;
  one.name = "lab-1";
  one.product = config::Product::nautobot;
  one.environment = config::Environment::staging;
  one.root = "/opt/a \"quoted\" folder\x7f";
  one.settings = "/s.py";
  one.interpreter = "/p";
  one.media = "/m\n\xC3\xA9";
  one.database.name = "n";
  one.database.tools = "/t";
  one.database.application = {"h", 1, "u", {config::PasswordReference::From::file, "/f"}, ""};
  one.database.admin = {"/run", 2, "p", {config::PasswordReference::From::environment, "E"}, "p"};
  one.redis.host = "r";
  one.redis.password = {config::PasswordReference::From::application, "redis.tasks"};
  one.services.push_back({"web",
                          config::ServiceRole::application,
                          config::ServiceManager::systemd,
                          "web.service",
                          "",
                          {},
                          "",
                          "",
                          "/log"});
  one.services.push_back({"w",
                          config::ServiceRole::worker,
                          config::ServiceManager::pid_file,
                          "",
                          "/pid",
                          {"/bin/w", "a b"},
                          "nb",
                          "/d",
                          ""});
  one.probes.push_back({"http://h/login/", 302, {{"Host", "x"}, {"X-A b", "y"}}});
  one.backup = {"/b", 3, {.daily = 7, .within = std::chrono::hours(36)}};
  return one;
}

std::string flat(const config::Instance& instance) {
  std::string text;
  for (const auto& entry : config::entries(instance)) {
    text += entry.key + " = " + entry.value.dump() + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("what is written is read back") {
  const config::Instance one = everything();
  const std::string text = config::write(
      {one}, {{"instance.lab-1.root", "discovered: unit a\nroot = 1"}}, {"head", ""}, {"tail"});
  CAPTURE(text);
  const auto config = config::parse(text, "/f.toml");
  REQUIRE(config.instances.size() == 1);
  CHECK(flat(config.instances[0]) == flat(one));
}

TEST_CASE("each value that is read has an origin") {
  const auto config = config::parse(config::write({everything()}, {}, {}, {}), "/f.toml");
  for (const auto& entry : config::entries(config.instances[0])) {
    CAPTURE(entry.key);
    CHECK(config.origins.contains("instance.lab-1." + entry.key));
  }
}

TEST_CASE("a name that becomes part of files and databases is plain") {
  for (const char* good : {"netbox", "nb-2", "0_a", "abcdefghijklmnopqrstuvwxyz012345"}) {
    CHECK(config::validInstanceName(good));
  }
  for (const char* bad : {"", "-a", "_a", "NetBox", "a.b", "a/b", "a b", "\xC3\xA9",
                          "abcdefghijklmnopqrstuvwxyz0123456"}) {
    CHECK_FALSE(config::validInstanceName(bad));
  }
}
