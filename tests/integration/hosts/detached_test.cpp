#include "lib/detached/detached.hpp"

#include <pwd.h>
#include <unistd.h>

#include <csignal>

#include "tests/catch.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/private_sshd.hpp"
#include "tests/support/ssh_world.hpp"

using namespace std::chrono_literals;
using detached::Stage;
using Transport = ports::HostAddress::Transport;

namespace {

struct Place {
  support::PrivateSshd sshd;
  support::SshWorld world;
  ports::World& box = world.at(sshd.address("ed25519", Transport::libssh2));
  std::string me = getpwuid(geteuid())->pw_name;

  detached::Work work(const std::string& step) {
    return {box, "test" + std::to_string(getpid()) + "-" + step, me};
  }
  static ports::Command sh(const std::string& line) { return {.argv = {"sh", "-c", line}}; }
  std::string text(const std::string& name) {
    const std::string path = sshd.folder() + "/" + name;
    return world.files.info(path) ? world.files.read(path) : "";
  }
};

}  // namespace

TEST_CASE("detached work outlives its connection, and its end is known afterwards", "[ssh]") {
  Place place;
  const std::string file = place.sshd.folder() + "/began";
  auto work = place.work("outlives");
  CHECK(work.look().stage == Stage::absent);
  const auto command = Place::sh("echo x >>" + file + "; sleep 1.5; echo said; exit 3");
  work.start(command);
  CHECK(work.look().stage == Stage::running);
  place.sshd.cutConnections();
  // Whoever lost the connection can't know whether it had begun: begun twice is begun once.
  CHECK(support::eventually(
      [&] { return support::kindOf([&] { work.start(command); }) == "no error"; }));
  const auto state = work.wait(20s);
  CHECK(state.stage == Stage::ended);
  CHECK(state.status == 3);
  CHECK(state.out == "said\n");
  CHECK(place.text("began") == "x\n");
  work.forget();
  CHECK(work.look().stage == Stage::absent);
}

TEST_CASE("detached work that was killed left no end: it is lost", "[ssh]") {
  Place place;
  auto work = place.work("killed");
  const std::string file = place.sshd.folder() + "/group";
  work.start(Place::sh("ps -o sid= -p $$ >" + file + "; sleep 60"));
  CHECK(support::eventually([&] { return !place.text("group").empty(); }));
  place.world.shell.run(
      {.argv = {"pkill", "-KILL", "-s", std::to_string(std::stoi(place.text("group")))}});
  CHECK(support::eventually([&] { return work.look().stage == Stage::lost; }));
  work.forget();
}

TEST_CASE("a name that could lead elsewhere is none for detached work") {
  support::SshWorld world;
  CHECK(support::kindOf([&] { detached::Work(world.home, "../x"); }) == "usage");
  CHECK(support::kindOf([&] { detached::Work(world.home, ""); }) == "usage");
}
