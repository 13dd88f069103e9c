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

TEST_CASE("twenty hosts that take half a second each take hardly longer than one", "[ssh]") {
  support::PrivateSshd sshd({.lines = {"MaxStartups 100"}});
  // A busy machine may spoil measurements, not all of them: one after the other takes 20 times.
  double best = 100;
  for (int tries = 0; tries < 6 && best > 2.5; ++tries) {
    best = std::min(best, asked(sshd, 20) / asked(sshd, 1));
  }
  INFO("20 hosts take " << best << " times as long as one");
  CHECK(best <= 2.5);
}
