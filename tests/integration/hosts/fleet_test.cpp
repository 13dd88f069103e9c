#include <chrono>

#include "lib/hosts/fold.hpp"
#include "lib/hosts/parallel.hpp"
#include "tests/catch.hpp"
#include "tests/support/private_sshd.hpp"
#include "tests/support/ssh_world.hpp"

namespace {

using Clock = std::chrono::steady_clock;

/// Time of asking this many hosts, each with a connection of its own and an answer after 0.5 s.
std::chrono::duration<double> asked(support::PrivateSshd& sshd, int count) {
  support::SshWorld world;
  std::vector<std::string> names;
  for (int each = 1; each <= count; ++each) names.push_back("web" + std::to_string(each));
  const auto begun = Clock::now();
  const auto answers =
      hosts::askHosts<std::string>(names, {}, world.cancellation, [&](const std::string& name) {
        auto address = sshd.address("ed25519", ports::HostAddress::Transport::automatic);
        address.name = name;
        return world.at(address)
            .shell.run({.argv = {"sh", "-c", "sleep 0.5; echo active"}, .mutates = false})
            .out;
      });
  const auto took = Clock::now() - begun;
  std::vector<std::pair<std::string, std::string>> said;
  for (const auto& answer : answers) said.emplace_back(answer.host, answer.value);
  CHECK(hosts::fold(said) ==
        (count == 1 ? "web1: active\n" : std::to_string(count) + " hosts: active\n"));
  return took;
}

}  // namespace

// How much longer is measured by tests/bench, on a machine that does nothing else.
TEST_CASE("twenty hosts that take half a second each are asked side by side", "[ssh]") {
  support::PrivateSshd sshd({.lines = {"MaxStartups 100"}});
  const std::chrono::duration<double> took = asked(sshd, 20);
  CHECK(took < std::chrono::seconds(8));
}
