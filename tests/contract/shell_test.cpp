#include "lib/ports/shell.hpp"

#include "lib/adapters/process.hpp"
#include "tests/catch.hpp"
#include "tests/contract/shell_contract.hpp"
#include "tests/fakes/shell.hpp"

using contract::keepsContract;

TEST_CASE("the process shell keeps the contract of shells") {
  core::Cancellation cancellation;
  adapters::ProcessShell shell(cancellation);
  keepsContract(shell, cancellation);
}

TEST_CASE("the fake shell keeps the contract of shells") {
  core::Cancellation cancellation;
  fakes::FakeShell shell(cancellation);
  shell.on("echo 'one two'").says("one two\n");
  shell.on("sh -c *exit*").exits(3).complains("no\n");
  shell.on("cat").does([](const ports::Command&, const std::string& input) {
    return ports::Outcome{.status = 0, .signal = 0, .out = input, .err = {}};
  });
  shell.on("sh -c *kill*").endsBySignal(9);
  shell.on("tr *").says("STREAMED");
  shell.on("echo kept").says("kept\n");
  shell.on("no-such-program").fails({core::Kind::not_found, "no program no-such-program"});
  shell.on("head *").says(std::string(2'000'000, '\0'));
  shell.on("sleep 60").hangs();
  keepsContract(shell, cancellation);
  CHECK(shell.calls()[2].input == "input");
  CHECK(shell.calls()[4].input == "streamed");
}
