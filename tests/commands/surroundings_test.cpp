#include "commands/surroundings.hpp"

#include "tests/catch.hpp"

using commands::Start;
using commands::Surroundings;

namespace {

Start withEnvironment(std::map<std::string, std::string> environment) {
  Start start;
  start.environment = std::move(environment);
  start.home = "/home/ada";
  return start;
}

ports::Caller callerWith(unsigned uid) {
  ports::Caller caller;
  caller.uid = uid;
  return caller;
}

}  // namespace

TEST_CASE("a user's folders come from XDG variables, else from the home folder") {
  const Surroundings plain = surroundings(withEnvironment({}), callerWith(1000));
  CHECK(plain.state_folder == "/home/ada/.local/state/sotctl");
  CHECK(plain.xdg_config_home == "/home/ada/.config");
  CHECK(plain.ignored.empty());

  const Surroundings own = surroundings(
      withEnvironment({{"XDG_STATE_HOME", "/s"}, {"XDG_CONFIG_HOME", "/c"}}), callerWith(1000));
  CHECK(own.state_folder == "/s/sotctl");
  CHECK(own.xdg_config_home == "/c");
}

TEST_CASE("a relative XDG folder does not count") {
  const Surroundings found =
      surroundings(withEnvironment({{"XDG_STATE_HOME", "here"}}), callerWith(1000));
  CHECK(found.state_folder == "/home/ada/.local/state/sotctl");
}

TEST_CASE("as root the caller's variables are ignored and named") {
  const Surroundings found = surroundings(
      withEnvironment({{"SOTCTL_CONFIG", "/tmp/evil"}, {"XDG_STATE_HOME", "/s"}, {"HOME", "/x"}}),
      callerWith(0));
  CHECK(found.state_folder == "/var/lib/sotctl");
  CHECK(found.xdg_config_home.empty());
  CHECK(found.trusted.empty());
  CHECK(found.ignored == std::vector<std::string>{"SOTCTL_CONFIG", "XDG_STATE_HOME"});
}

TEST_CASE("under sudo as another user the caller's variables are ignored too") {
  const Surroundings found = surroundings(
      withEnvironment({{"SUDO_USER", "bob"}, {"SOTCTL_INSTANCE", "x"}, {"HOME", "/home/bob"}}),
      callerWith(1000));
  CHECK(found.state_folder == "/home/ada/.local/state/sotctl");
  CHECK(found.xdg_config_home.empty());
  CHECK(found.ignored == std::vector<std::string>{"SOTCTL_INSTANCE"});
}
