#include "lib/application/password.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using From = config::PasswordReference::From;

namespace {

std::string refusal(fakes::FakeWorld& fake, const config::PasswordReference& reference,
                    core::Kind kind, const config::Instance& instance = {}) {
  try {
    application::resolvePassword(fake.world(), instance, reference);
  } catch (const core::Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
  return "resolved";
}

config::Instance installed(fakes::FakeWorld& fake, const std::string& text) {
  config::Instance instance;
  instance.root = "/opt/netbox";
  instance.settings = "/opt/netbox/netbox/netbox/configuration.py";
  fake.files.put(instance.settings, text, 0640);
  return instance;
}

}  // namespace

TEST_CASE("no reference is no password") {
  fakes::FakeWorld fake;
  CHECK(application::resolvePassword(fake.world(), {}, {}).empty());
}

TEST_CASE("a password file holds it on its only line") {
  fakes::FakeWorld fake;
  fake.files.put("/p", "two words \n", 0640);
  CHECK(application::resolvePassword(fake.world(), {}, {From::file, "/p"}).reveal() ==
        "two words ");
  fake.files.put("/p", "", 0600);
  CHECK_THAT(refusal(fake, {From::file, "/p"}, core::Kind::configuration), Contains("is empty"));
  fake.files.put("/p", "hunter2\nmore\n", 0600);
  CHECK(refusal(fake, {From::file, "/p"}, core::Kind::configuration) ==
        "password file /p has more than one line");
  CHECK_THAT(refusal(fake, {From::file, "/absent"}, core::Kind::not_found),
             Contains("/absent does not exist"));
}

TEST_CASE("a password file that others may read is refused with its mode, also behind a link") {
  fakes::FakeWorld fake;
  fake.files.put("/p", "hunter2\n", 0644);
  fake.files.putLink("/link", "/p");
  CHECK_THAT(refusal(fake, {From::file, "/p"}, core::Kind::refused), Contains("mode 0644"));
  CHECK_THAT(refusal(fake, {From::file, "/link"}, core::Kind::refused), Contains("mode 0644"));
  fake.files.put("/p", "hunter2\n", 0660);
  CHECK_THAT(refusal(fake, {From::file, "/p"}, core::Kind::refused), Contains("group"));
}

TEST_CASE("a variable must be set") {
  fakes::FakeWorld fake;
  CHECK_THAT(refusal(fake, {From::environment, "PW"}, core::Kind::configuration),
             Contains("PW is not set"));
  fake.world().caller.environment["PW"] = core::Secret("hunter2");
  CHECK(application::resolvePassword(fake.world(), {}, {From::environment, "PW"}).reveal() ==
        "hunter2");
}

TEST_CASE("the application's passwords are literals of its configuration where they can be") {
  fakes::FakeWorld fake;
  const auto instance = installed(fake,
                                  "DATABASE = {'NAME': 'n', 'PASSWORD': 'd' 'b'}\n"
                                  "REDIS = {'tasks': {'PASSWORD': ''}, 'caching': {}}\n");
  const auto password = [&](const char* which) {
    return application::resolvePassword(fake.world(), instance, {From::application, which})
        .reveal();
  };
  CHECK(password("database") == "db");
  CHECK(password("redis.tasks").empty());
  CHECK(password("redis.caching").empty());
}

TEST_CASE("a password that only the running service knows is not guessed") {
  fakes::FakeWorld fake;
  const auto instance =
      installed(fake, "DATABASES = {'default': {'PASSWORD': os.environ.get('DB_PW', 'x')}}\n");
  CHECK_THAT(refusal(fake, {From::application, "database"}, core::Kind::undetermined, instance),
             Contains("DB_PW"));
}

TEST_CASE("a configuration that may not be read says whose right is needed") {
  fakes::FakeWorld fake;
  const auto instance = installed(fake, "DATABASE = {'PASSWORD': 'hunter2'}\n");
  fake.files.actAs(1000);
  fake.world().caller.uid = 1000;
  fake.world().caller.account = "ada";
  CHECK_THAT(refusal(fake, {From::application, "database"}, core::Kind::denied, instance),
             Contains("ada may not read") && Contains("mode 0640") && Contains("owner root"));
}
