#include "lib/adapters/process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "tests/catch.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::chrono_literals;
using support::alive;
using support::eventually;
using support::kindOf;

namespace {

using Clock = std::chrono::steady_clock;

struct Shell {
  core::Cancellation cancellation;
  adapters::ProcessShell port{cancellation};
  ports::Outcome sh(const std::string& line, std::chrono::milliseconds limit = 30s) {
    return port.run({.argv = {"sh", "-c", line}, .limit = limit});
  }
};

class CountingSink : public core::Sink {
 public:
  void write(std::string_view bytes) override { count += bytes.size(); }
  std::size_t count = 0;
};

class Zeros : public core::Source {
 public:
  explicit Zeros(std::size_t left) : left_(left) {}
  std::size_t read(std::span<char> block) override {
    const std::size_t count = std::min(left_, block.size());
    std::fill_n(block.data(), count, '\0');
    left_ -= count;
    return count;
  }

 private:
  std::size_t left_;
};

class PipeSink : public core::Sink {
 public:
  explicit PipeSink(int fd) : fd_(fd) {}
  void write(std::string_view text) override {
    if (::write(fd_, text.data(), text.size()) < 0) _exit(1);
  }

 private:
  int fd_;
};

class Broken : public core::Source, public core::Sink {
 public:
  std::size_t read(std::span<char>) override {
    throw core::Error(core::Kind::corrupt, "the source broke");
  }
  void write(std::string_view) override {
    throw core::Error(core::Kind::corrupt, "the sink broke");
  }
};

}  // namespace

TEST_CASE("ten megabytes on both streams at once do not block each other") {
  Shell shell;
  CountingSink out;
  Zeros in(10'000'000);
  const auto process = shell.port.start(
      {.argv = {"sh", "-c", "head -c 10000000 /dev/zero | tr '\\0' e >&2; cat"}}, &in, &out);
  const ports::Outcome outcome = process->wait();
  CHECK(outcome.ok());
  CHECK(out.count == 10'000'000);
  CHECK(outcome.err.size() == 65536);
}

TEST_CASE("a program that takes no input ends well, and no SIGPIPE ends us") {
  Shell shell;
  Zeros in(50'000'000);
  CountingSink out;
  CHECK(shell.port.start({.argv = {"head", "-c", "10"}}, &in, &out)->wait().ok());
  CHECK(out.count == 10);
}

TEST_CASE("the environment is minimal, and secrets are only added by name") {
  setenv("SOTCTL_LEAK", "yes", 1);
  Shell shell;
  const std::string all =
      shell.port.run({.argv = {"env"}, .environment = {{"PGPASSWORD", core::Secret("geheim")}}})
          .out;
  unsetenv("SOTCTL_LEAK");
  CHECK_THAT(all, Catch::Contains("PGPASSWORD=geheim\n"));
  CHECK_THAT(all, Catch::Contains("LANG=C.UTF-8\n") && Catch::Contains("LC_MESSAGES=C\n"));
  CHECK_THAT(all, !Catch::Contains("SOTCTL_LEAK"));
  CHECK(std::count(all.begin(), all.end(), '\n') == 5);
}

TEST_CASE("a program gets no open files but its three streams, and the usual signals") {
  Shell shell;
  // The last one is ls's own, on the folder that it lists.
  CHECK(shell.port.run({.argv = {"ls", "/proc/self/fd"}}).out == "0\n1\n2\n3\n");
  CHECK(shell.sh("grep -E '^Sig(Ign|Blk)' /proc/$$/status | grep -c 0000000000000000").out ==
        "2\n");
}

TEST_CASE("a program's files are its own, unless it is told otherwise") {
  Shell shell;
  CHECK(shell.sh("umask").out == "0077\n");
  CHECK(shell.port.run({.argv = {"sh", "-c", "umask"}, .file_mask = 0022}).out == "0022\n");
}

TEST_CASE("a missing folder and a program without the right to run are told apart") {
  Shell shell;
  CHECK(kindOf([&] { shell.port.run({.argv = {"true"}, .directory = "/no/such/folder"}); }) ==
        "not_found");
  CHECK(kindOf([&] { shell.port.run({.argv = {"/etc/passwd"}}); }) == "denied");
  CHECK(kindOf([&] { shell.port.run({.argv = {"true"}, .user = "no-such-account"}); }) ==
        "not_found");
}

TEST_CASE("a program works in a folder that its account can't enter by name", "[root]") {
  if (geteuid() != 0) return;
  Shell shell;
  const support::TemporaryFolder folder;
  const ports::Outcome outcome =
      shell.port.run({.argv = {"sh", "-c", "id -un; id -Gn; pwd; ls /root >/dev/null"},
                      .directory = folder.path(),
                      .user = "nobody"});
  CHECK(outcome.out == "nobody\nnogroup\n" + folder.path() + "\n");
  CHECK(outcome.status != 0);
}

TEST_CASE("a daemon that keeps the streams does not hold us up") {
  Shell shell;
  const auto begun = Clock::now();
  const ports::Outcome outcome = shell.sh("sleep 30 & echo $!");
  CHECK(outcome.ok());
  CHECK(Clock::now() - begun < 5s);
  const auto daemon = static_cast<pid_t>(std::stoi(outcome.out));
  CHECK(alive(daemon));
  kill(daemon, SIGKILL);
}

TEST_CASE("a program that closes its streams is waited for all the same") {
  Shell shell;
  CHECK(shell.sh("exec >&- 2>&- <&-; sleep 0.3; exit 7").status == 7);
  CHECK(kindOf([&] { shell.sh("exec >&- 2>&-; sleep 60", 200ms); }) == "timed_out");
}

TEST_CASE("a program that ignores SIGTERM is killed after five seconds, with its children") {
  Shell shell;
  const support::TemporaryFolder folder;
  const std::string pids = folder / "pids";
  const auto begun = Clock::now();
  CHECK(kindOf([&] {
          shell.sh("trap '' TERM; sleep 60 & echo $! > " + pids + "; wait; sleep 60", 300ms);
        }) == "timed_out");
  CHECK(Clock::now() - begun > 5s);
  CHECK(Clock::now() - begun < 8s);
  const auto child = static_cast<pid_t>(std::stoi(shell.sh("cat " + pids).out));
  CHECK(eventually([&] { return !alive(child); }));
}

TEST_CASE("the limit of a stream counts the time without a byte only") {
  Shell shell;
  CountingSink out;
  const std::string slow = "for i in 1 2 3 4 5 6; do echo x; sleep 0.1; done";
  CHECK(shell.port.start({.argv = {"sh", "-c", slow}, .limit = 400ms}, nullptr, &out)->wait().ok());
  const auto silent = shell.port.start({.argv = {"sleep", "60"}, .limit = 200ms}, nullptr, &out);
  CHECK(kindOf([&] { silent->wait(); }) == "timed_out");
}

TEST_CASE("a daemon that was started just before the limit is not taken for a late program") {
  Shell shell;
  const ports::Outcome outcome = shell.sh("sleep 0.3; sleep 30 & echo $!", 400ms);
  CHECK(outcome.ok());
  CHECK(alive(static_cast<pid_t>(std::stoi(outcome.out))));
  kill(static_cast<pid_t>(std::stoi(outcome.out)), SIGKILL);
}

TEST_CASE("a program that is stopped is ended without waiting for the kill") {
  Shell shell;
  const auto begun = Clock::now();
  CHECK(kindOf([&] { shell.sh("kill -STOP $$", 200ms); }) == "timed_out");
  CHECK(Clock::now() - begun < 4s);
}

TEST_CASE("the end of a program is known although we were started with SIGCHLD ignored") {
  const auto before = signal(SIGCHLD, SIG_IGN);
  Shell shell;
  CHECK(shell.sh("exit 3").status == 3);
  signal(SIGCHLD, before);
}

TEST_CASE("an interrupt ends the program and says so") {
  Shell shell;
  std::thread later([&] {
    std::this_thread::sleep_for(200ms);
    shell.cancellation.request();
  });
  const auto begun = Clock::now();
  CHECK(kindOf([&] { shell.sh("sleep 60"); }) == "interrupted");
  CHECK(Clock::now() - begun < 3s);
  later.join();
}

TEST_CASE("what a stream throws ends the program and comes out of wait") {
  Shell shell;
  Broken broken;
  const auto reading = shell.port.start({.argv = {"yes"}}, nullptr, &broken);
  CHECK(kindOf([&] { reading->wait(); }) == "corrupt");
  const auto feeding = shell.port.start({.argv = {"cat"}}, &broken, nullptr);
  CHECK(kindOf([&] { feeding->wait(); }) == "corrupt");
}

TEST_CASE("a process that is dropped is ended") {
  Shell shell;
  const support::TemporaryFolder folder;
  const std::string file = folder / "pid";
  auto process = shell.port.start({.argv = {"sh", "-c", "echo $$ > " + file + "; exec sleep 60"}},
                                  nullptr, nullptr);
  CHECK(eventually([&] { return !shell.sh("cat " + file + " 2>/dev/null").out.empty(); }));
  const auto pid = static_cast<pid_t>(std::stoi(shell.sh("cat " + file).out));
  process.reset();
  CHECK_FALSE(alive(pid));
}

TEST_CASE("a program does not outlive us when we are killed", "[fault]") {
  const bool root = geteuid() == 0;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t helper = fork();
  if (helper == 0) {
    core::Cancellation cancellation;
    adapters::ProcessShell shell(cancellation);
    PipeSink report(ends[1]);
    std::unique_ptr<ports::Process> process;
    // By a thread that ends at once: the program must stay nevertheless.
    std::thread([&] {
      process = shell.start({.argv = {"sh", "-c", "sleep 0.2; echo $$; exec sleep 600"},
                             .user = root ? "nobody" : ""},
                            nullptr, &report);
    }).join();
    pause();
    _exit(0);
  }
  char text[32] = {};
  REQUIRE(read(ends[0], text, sizeof text - 1) > 0);
  const auto child = static_cast<pid_t>(std::stoi(text));
  std::this_thread::sleep_for(100ms);
  CHECK(alive(child));
  kill(helper, SIGKILL);
  waitpid(helper, nullptr, 0);
  CHECK(eventually([&] { return !alive(child); }));
  close(ends[0]);
  close(ends[1]);
}
