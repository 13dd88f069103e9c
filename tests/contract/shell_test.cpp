#include "lib/ports/shell.hpp"

#include "lib/adapters/process.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/shell.hpp"
#include "tests/support/kinds.hpp"

using support::kindOf;

namespace {

/// What every shell does. A fake is scripted for it below.
void keepsContract(ports::Shell& shell, core::Cancellation& cancellation) {
  const ports::Outcome said = shell.run({.argv = {"echo", "one two"}});
  CHECK(said.ok());
  CHECK(said.out == "one two\n");
  CHECK(said.inWords() == "exit status 0: one two");

  const ports::Outcome failed = shell.run({.argv = {"sh", "-c", "echo no >&2; exit 3"}});
  CHECK_FALSE(failed.ok());
  CHECK(failed.status == 3);
  CHECK(failed.err == "no\n");
  CHECK(failed.inWords() == "exit status 3: no");

  CHECK(shell.run({.argv = {"cat"}}, "input").out == "input");
  CHECK(shell.run({.argv = {"sh", "-c", "kill -KILL $$"}}).signal == 9);

  core::StringSource in("streamed");
  core::StringSink out;
  const auto process = shell.start({.argv = {"tr", "a-z", "A-Z"}}, &in, &out);
  const ports::Outcome streamed = process->wait();
  CHECK(streamed.ok());
  CHECK(streamed.out.empty());
  CHECK(out.text() == "STREAMED");
  CHECK(shell.start({.argv = {"echo", "kept"}}, nullptr, nullptr)->wait().out == "kept\n");

  CHECK(kindOf([&] { shell.run({.argv = {"no-such-program"}}); }) == "not_found");
  CHECK(kindOf([&] { shell.run({.argv = {}}); }) == "usage");
  CHECK(kindOf([&] {
          shell.run({.argv = {"head", "-c", "2000000", "/dev/zero"}});
        }) == "unexpected");
  CHECK(kindOf([&] {
          shell.run({.argv = {"sleep", "60"}, .limit = std::chrono::milliseconds(100)});
        }) == "timed_out");
  cancellation.request();
  CHECK(kindOf([&] { shell.run({.argv = {"true"}}); }) == "interrupted");
}

}  // namespace

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
