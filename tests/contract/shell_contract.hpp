#pragma once

#include "lib/core/cancel.hpp"
#include "lib/ports/shell.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"

namespace contract {

/// What every shell does. A fake is scripted for it below.
inline void keepsContract(ports::Shell& shell, core::Cancellation& cancellation) {
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

  CHECK(support::kindOf([&] { shell.run({.argv = {"no-such-program"}}); }) == "not_found");
  CHECK(support::kindOf([&] { shell.run({.argv = {}}); }) == "usage");
  CHECK(support::kindOf([&] {
          shell.run({.argv = {"head", "-c", "2000000", "/dev/zero"}});
        }) == "unexpected");
  CHECK(support::kindOf([&] {
          shell.run({.argv = {"sleep", "60"}, .limit = std::chrono::milliseconds(100)});
        }) == "timed_out");
  cancellation.request();
  CHECK(support::kindOf([&] { shell.run({.argv = {"true"}}); }) == "interrupted");
}

}  // namespace contract
