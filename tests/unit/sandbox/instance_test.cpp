#include "lib/config/config.hpp"
#include "lib/core/error.hpp"
#include "lib/sandbox/folder.hpp"
#include "lib/sandbox/servers.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

sandbox::State someState() {
  sandbox::State state;
  state.folder = "/srv/box";
  state.account = "postgres";
  state.ports = {21001, 21002, 21003};
  state.tools = "/usr/lib/postgresql/15/bin";
  state.bytes = 10'000'000;
  return state;
}

}  // namespace

TEST_CASE("the configuration of a sandbox reads back as the instance it describes") {
  const sandbox::Layout layout{"/srv/box"};
  const auto wanted = sandbox::instanceOf(layout, someState());
  const auto read = config::parse(sandbox::configurationText(layout, someState()), "/f.toml");
  REQUIRE(read.instances.size() == 1);
  const auto& got = read.instances[0];
  CHECK(read.remarks.empty());
  CHECK(got.name == "sandbox");
  CHECK(got.environment == config::Environment::development);
  CHECK(got.root == wanted.root);
  CHECK(got.interpreter == wanted.interpreter);
  CHECK(got.media == wanted.media);
  CHECK(got.database.admin.host == "/srv/box/run");
  CHECK(got.database.admin.os_user.empty());
  CHECK(got.database.application.password.name == wanted.database.application.password.name);
  CHECK(got.redis.port == 21002);
  REQUIRE(got.services.size() == 2);
  CHECK(got.services[0].start == wanted.services[0].start);
  CHECK(got.services[1].pid_file == wanted.services[1].pid_file);
  CHECK(got.probes.size() == 2);
  CHECK(got.backup.folder == "/srv/box/backups");
}

TEST_CASE("only an empty folder, or one with our marker for this very folder, is ours to use") {
  fakes::FakeWorld fake;
  const sandbox::Layout layout{"/srv/box"};
  sandbox::State state;
  CHECK(sandbox::look(fake.files, layout, state) == sandbox::Found::nothing);
  fake.files.putFolder("/srv/box");
  CHECK(sandbox::look(fake.files, layout, state) == sandbox::Found::nothing);
  fake.files.put("/srv/box/sandbox.json.partial-1", "{");
  CHECK(sandbox::look(fake.files, layout, state) == sandbox::Found::nothing);
  sandbox::save(fake.files, layout, someState());
  CHECK(sandbox::look(fake.files, layout, state) == sandbox::Found::ours);
  CHECK(state.ports == someState().ports);
  auto elsewhere = someState();
  elsewhere.folder = "/srv/original";
  sandbox::save(fake.files, layout, elsewhere);
  CHECK(sandbox::look(fake.files, layout, state) == sandbox::Found::foreign);
  fake.files.put("/srv/other/precious", "x");
  CHECK(sandbox::look(fake.files, {"/srv/other"}, state) == sandbox::Found::foreign);
}

TEST_CASE("a marker that can't be read is never taken for ours") {
  fakes::FakeWorld fake;
  sandbox::State state;
  for (const char* text : {"", "{}", "{\"kind\": \"sotctl sandbox\", \"format\": 1}"}) {
    fake.files.put("/srv/box/sandbox.json", text);
    CHECK_THROWS_AS(sandbox::look(fake.files, {"/srv/box"}, state), core::Error);
  }
}

TEST_CASE("a folder's name needs quoting nowhere and fits into a socket's") {
  fakes::FakeWorld fake;
  fake.files.putFolder("/srv/real");
  fake.files.putLink("/srv/link", "/srv/real");
  CHECK(sandbox::checkFolder(fake.files, "/srv/box/").root == "/srv/box");
  CHECK(sandbox::checkFolder(fake.files, "/srv/link/box").root == "/srv/real/box");
  for (const char* bad : {"box", "/", "/srv/a b", "/srv/it's", "/srv/x\ny", "/nowhere/../etc"}) {
    CHECK_THROWS_AS(sandbox::checkFolder(fake.files, bad), core::Error);
  }
  CHECK_THROWS_WITH(sandbox::checkFolder(fake.files, "/srv/" + std::string(90, 'x')),
                    Contains("room for"));
}
