#include "lib/ports/prompt.hpp"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/adapters/terminal.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/prompt.hpp"
#include "tests/support/kinds.hpp"

using support::kindOf;

namespace {

const ports::Question kPlain{.id = "restore.start", .text = "Start?", .word = ""};
const ports::Question kWord{.id = "restore.confirm", .text = "Data is lost.", .word = "netbox"};

/// Runs `work` in a process that has a terminal of its own, where somebody types `typed`. Gives its
/// exit status, and what the terminal showed.
struct Session {
  int status = -1;
  std::string shown;
};

Session onTerminal(const std::string& typed, const std::function<int()>& work) {
  int master = -1;
  const pid_t pid = forkpty(&master, nullptr, nullptr, nullptr);
  if (pid == 0) _exit(work());
  Session session;
  if (write(master, typed.data(), typed.size()) < 0) return session;
  char block[4096];
  ssize_t got = 0;
  while ((got = read(master, block, sizeof block)) > 0) {
    session.shown.append(block, static_cast<std::size_t>(got));
  }
  waitpid(pid, &session.status, 0);
  session.status = WEXITSTATUS(session.status);
  close(master);
  return session;
}

/// 0 for yes, 1 for no, 2 for an error.
int confirm(ports::Prompt& prompt, const ports::Question& question) {
  try {
    return prompt.confirm(question) ? 0 : 1;
  } catch (const core::Error&) {
    return 2;
  }
}

int typing(const std::string& typed, const ports::Question& question) {
  return onTerminal(typed,
                    [&] {
                      core::Cancellation cancellation;
                      adapters::TerminalPrompt prompt(cancellation);
                      return confirm(prompt, question);
                    })
      .status;
}

int typingFake(const std::string& typed, const ports::Question& question) {
  const core::Cancellation cancellation;
  fakes::FakePrompt prompt(cancellation);
  prompt.types(question.id, typed.substr(0, typed.size() - 1));
  return confirm(prompt, question);
}

/// Runs `work` without a terminal on standard input.
int withoutTerminal(const std::function<int()>& work) {
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(open("/dev/null", O_RDWR), 0);
    _exit(work());
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("terminal and fake take the same answers for the same") {
  for (const auto& type : {std::function(typingFake),
                           std::function([](const std::string&typed, const ports::Question&q) {
                             return typing(typed, q);
                           })}) {
    CHECK(type("yes\n", kPlain) == 0);
    CHECK(type("no\n", kPlain) == 1);
    CHECK(type("\n", kPlain) == 1);
    CHECK(type("netbox\n", kWord) == 0);
    CHECK(type("yes\n", kWord) == 1);
    CHECK(type("Netbox\n", kWord) == 1);
  }
}

TEST_CASE("the terminal shows the question, asks again what it can't understand, and takes text") {
  const Session session = onTerminal("perhaps\nyes\n", [] {
    core::Cancellation cancellation;
    adapters::TerminalPrompt prompt(cancellation);
    return confirm(prompt, kPlain);
  });
  CHECK(session.status == 0);
  CHECK_THAT(session.shown, Catch::Contains("Start? [yes/no] "));
  CHECK(onTerminal("disk broke \n", [] {
          core::Cancellation cancellation;
          adapters::TerminalPrompt prompt(cancellation);
          return prompt.ask({.id = "reason", .text = "Why?", .word = ""}) == "disk broke" ? 0 : 1;
        }).status == 0);
}

TEST_CASE("a closed terminal and an interrupt end the question") {
  CHECK(typing("\x04", kPlain) == 2);
  CHECK(onTerminal("", [] {
          core::Cancellation cancellation;
          cancellation.request();
          adapters::TerminalPrompt prompt(cancellation);
          return kindOf([&] { prompt.confirm(kPlain); }) == "interrupted" ? 0 : 1;
        }).status == 0);
}

TEST_CASE("without a terminal a question is refused, and the hint names the option") {
  CHECK(withoutTerminal([] {
          core::Cancellation cancellation;
          adapters::TerminalPrompt prompt(cancellation);
          try {
            prompt.confirm(kWord);
          } catch (const core::Error& error) {
            return error.kind() == core::Kind::refused &&
                           error.hint().find("--confirm netbox") != std::string::npos
                       ? 0
                       : 1;
          }
          return 2;
        }) == 0);
  const core::Cancellation cancellation;
  fakes::FakePrompt fake(cancellation);
  fake.noTerminal();
  CHECK(kindOf([&] { fake.confirm(kPlain); }) == "refused");
}
