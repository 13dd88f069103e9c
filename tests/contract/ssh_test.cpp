#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/contract/shell_contract.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/private_sshd.hpp"
#include "tests/support/ssh_world.hpp"

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ports::HostAddress;
using support::eventually;
using support::kindOf;
using support::PrivateSshd;
using support::SshWorld;
using Transport = HostAddress::Transport;

namespace {

using Clock = std::chrono::steady_clock;

constexpr Transport kBoth[] = {Transport::libssh2, Transport::ssh};

const char* nameOf(Transport transport) {
  return transport == Transport::libssh2 ? "libssh2" : "ssh";
}

std::string message(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const core::Error& error) {
    return std::string(core::kindName(error.kind())) + ": " + error.what() + " / " + error.hint();
  }
}

class Counting : public core::Sink {
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

class Broken : public core::Source, public core::Sink {
 public:
  std::size_t read(std::span<char>) override {
    throw core::Error(core::Kind::corrupt, "the source broke");
  }
  void write(std::string_view) override {
    throw core::Error(core::Kind::corrupt, "the sink broke");
  }
};

ports::Outcome sh(ports::Shell& shell, const std::string& line,
                  std::chrono::milliseconds limit = 30s) {
  return shell.run({.argv = {"sh", "-c", line}, .limit = limit});
}

}  // namespace

TEST_CASE("shells of other hosts keep the contract of shells", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    contract::keepsContract(world.at(sshd.address("ed25519", transport)).shell, world.cancellation);
  }
}

TEST_CASE("a program on another host ends exactly as it ended", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ecdsa", transport)).shell;
    for (const int status : {0, 1, 127, 129, 137, 143, 255}) {
      const auto outcome = sh(shell, "exit " + std::to_string(status));
      CHECK(outcome.signal == 0);
      CHECK(outcome.status == status);
    }
    for (const int signal : {SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGTERM, SIGSEGV, SIGABRT}) {
      CHECK(sh(shell, "kill -" + std::to_string(signal) + " $$").signal == signal);
    }
    CHECK(sh(shell, "true").out.empty());
    CHECK(sh(shell, "printf '\\001\\000\\377\\r\\n\\000'").out == std::string("\1\0\377\r\n\0", 6));
    CHECK(sh(shell, "echo x; echo; echo y >&2; echo >&2").err == "y\n\n");
  }
}

TEST_CASE("every word, folder and variable arrives as it was given", "[ssh]") {
  PrivateSshd sshd;
  std::mt19937 random(20261121);
  const std::string letters = "ab '\"\\$`!~*?[]{}()<>|&;#%^\n\t\r\x01\x7f\xff\xc3\xa4=-";
  for (const Transport transport : kBoth) {
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    for (int round = 0; round < 8; ++round) {
      std::vector<std::string> argv{"printf", "%s\\0"};
      std::string expected;
      for (int word = 0; word < 12; ++word) {
        std::string text;
        for (auto left = random() % 12; left > 0; --left)
          text += letters[random() % letters.size()];
        argv.push_back(text);
        expected += text + '\0';
      }
      const auto outcome = shell.run({.argv = argv});
      REQUIRE(outcome.ok());
      REQUIRE(outcome.out == expected);
    }
    const std::string odd = "it's $HOME\n\\n \xff";
    CHECK(shell
              .run({.argv = {"sh", "-c", "printf %s \"$ODD\""},
                    .environment = {{"ODD", core::Secret(odd)}}})
              .out == odd);
    const auto outcome = shell.run({.argv = {"sh", "-c", "pwd; umask; env | sort"},
                                    .environment = {{"PGPASSWORD", core::Secret("geheim")}},
                                    .directory = "/usr/share",
                                    .file_mask = 0022});
    CHECK_THAT(outcome.out, Contains("/usr/share\n0022\n") && Contains("PGPASSWORD=geheim\n") &&
                                Contains("LANG=C.UTF-8\n") && !Contains("SSH_"));
  }
}

TEST_CASE("no secret shows in the list of processes of the other host", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    const auto seen = shell.run({.argv = {"sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"},
                                 .environment = {{"PGPASSWORD", core::Secret("geh"
                                                                             "eim7")}}});
    CHECK_THAT(seen.out, Contains("sshd") && !Contains("geheim7"));
  }
}

TEST_CASE("a hundred megabytes on both streams with input meanwhile do not block", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    Counting out;
    Zeros in(30'000'000);
    const auto begun = Clock::now();
    const auto process =
        world.at(sshd.address("ed25519", transport))
            .shell.start({.argv = {"sh", "-c",
                                   "head -c 100000000 /dev/zero | tr '\\0' e >&2 & "
                                   "head -c 70000000 /dev/zero; cat; wait"}},
                         &in, &out);
    const ports::Outcome outcome = process->wait();
    CHECK(outcome.ok());
    CHECK(out.count == 100'000'000);
    CHECK(outcome.err.size() >= 65000);
    CHECK(outcome.err.size() <= 65536);
    CHECK(Clock::now() - begun < 60s);
  }
}

TEST_CASE("input that nobody takes, and streams that break, end well", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    Zeros in(50'000'000);
    Counting out;
    CHECK(shell.start({.argv = {"head", "-c", "10"}}, &in, &out)->wait().ok());
    CHECK(out.count == 10);
    Broken broken;
    const auto reading = shell.start({.argv = {"yes"}}, nullptr, &broken);
    CHECK(kindOf([&] { reading->wait(); }) == "corrupt");
    const auto feeding = shell.start({.argv = {"cat"}}, &broken, nullptr);
    CHECK(kindOf([&] { feeding->wait(); }) == "corrupt");
    CHECK(sh(shell, "echo on").out == "on\n");
  }
}

TEST_CASE("what is given up here ends on the other host", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    const std::string file = sshd.folder() + "/pids-" + nameOf(transport);
    const auto pids = [&] {
      std::vector<pid_t> all;
      std::istringstream text(sh(world.shell, "cat " + file + "; : > " + file).out);
      for (pid_t pid = 0; text >> pid;) all.push_back(pid);
      return all;
    };
    CHECK(kindOf([&] { sh(shell, "sleep 600 & echo $$ $! > " + file + "; wait", 700ms); }) ==
          "timed_out");
    for (const pid_t pid : pids()) CHECK(eventually([&] { return !support::alive(pid); }));
    auto dropped = shell.start({.argv = {"sh", "-c", "echo $$ > " + file + "; exec sleep 600"}},
                               nullptr, nullptr);
    CHECK(eventually([&] { return sh(world.shell, "test -s " + file).ok(); }));
    dropped.reset();
    const auto left = pids();
    REQUIRE(left.size() == 1);
    CHECK(eventually([&] { return !support::alive(left[0]); }));

    std::thread later([&] {
      eventually([&] { return sh(world.shell, "test -s " + file).ok(); });
      world.cancellation.request();
    });
    const auto begun = Clock::now();
    CHECK(kindOf([&] { sh(shell, "echo $$ > " + file + "; exec sleep 600"); }) == "interrupted");
    later.join();
    CHECK(Clock::now() - begun < 10s);
    world.cancellation.reset();
    for (const pid_t pid : pids()) CHECK(eventually([&] { return !support::alive(pid); }));
  }
}

TEST_CASE("a daemon that keeps the streams over there does not hold us up", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    const auto begun = Clock::now();
    const auto outcome = sh(shell, "setsid sleep 30 & echo $!; exit 3");
    CHECK(outcome.status == 3);
    CHECK(Clock::now() - begun < 8s);
    const auto daemon = static_cast<pid_t>(std::stoi(outcome.out));
    CHECK(support::alive(daemon));
    kill(daemon, SIGKILL);
  }
}

TEST_CASE("many programs run side by side over one connection", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int each = 0; each < 24; ++each) {
      threads.emplace_back([&, each] {
        const std::string word = std::to_string(each);
        if (shell.run({.argv = {"sh", "-c", "sleep 0.1; cat; echo $0", word}}, "in").out ==
            "in" + word + "\n") {
          ++good;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(good == 24);
    const std::string log = sshd.log();
    std::size_t logins = 0;
    for (auto at = log.find("Accepted publickey"); at != std::string::npos;
         at = log.find("Accepted publickey", at + 1)) {
      ++logins;
    }
    CHECK(logins == (transport == Transport::libssh2 ? 1 : 2));
  }
}

TEST_CASE("a lost connection says so, and the next command connects again", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    ports::Shell& shell = world.at(sshd.address("ed25519", transport)).shell;
    CHECK(sh(shell, "echo up").out == "up\n");
    const auto running = shell.start({.argv = {"sleep", "20"}}, nullptr, nullptr);
    std::this_thread::sleep_for(300ms);
    sshd.cutConnections();
    CHECK_THAT(message([&] { running->wait(); }),
               Contains("unreachable: the connection to box was lost while sleep") &&
                   Contains("Look there"));
    CHECK(eventually([&] { return kindOf([&] { sh(shell, "true"); }) == "no error"; }));
    CHECK(sh(shell, "echo again").out == "again\n");
  }
}

TEST_CASE("unknown, changed and revoked host keys are refused, with the fingerprint", "[ssh]") {
  PrivateSshd sshd;
  const auto told = [&](Transport transport) {
    SshWorld world;
    return message([&] { sh(world.at(sshd.address("ed25519", transport)).shell, "true"); });
  };
  for (const Transport transport : {Transport::libssh2, Transport::ssh, Transport::automatic}) {
    CAPTURE(nameOf(transport));
    sshd.know({"ed25519", "ecdsa", "rsa"}, true);
    CHECK(told(transport) == "no error");
    sshd.knowNothing();
    CHECK_THAT(told(transport),
               Contains("denied: the host key of box (127.0.0.1) port") &&
                   Contains("is not known: it shows ssh-ed25519 " + sshd.fingerprint("ed25519")) &&
                   Contains("`ssh -o StrictHostKeyChecking=ask -F ") &&
                   Contains(" 127.0.0.1 true`"));
    // Known without a port counts, as it does for ssh.
    sshd.knowText("127.0.0.1 %k\n");
    CHECK(told(transport) == "no error");
    // Another host's key under this one's name.
    sshd.know({"rsa"});
    const std::string other = sshd.folder() + "/user_ed25519.pub";
    SshWorld here;
    sshd.knowText("%n " + here.files.read(other));
    CHECK_THAT(told(transport), Contains("denied: the host key of box") &&
                                    Contains("is another one than is known") &&
                                    Contains(sshd.fingerprint("ed25519")) &&
                                    Contains("ssh-keygen -R '[127.0.0.1]:"));
  }
  sshd.knowText("%n %k\n@revoked %n %k\n");
  CHECK_THAT(told(Transport::ssh),
             Contains("denied: the host key of box") && Contains("is revoked"));
  CHECK_THAT(told(Transport::automatic), Contains("is revoked"));
  CHECK_THAT(told(Transport::libssh2),
             Contains("configuration: libssh2 can't serve host box") && Contains("@revoked"));
}

TEST_CASE("each kind of key logs in by the transport that can sign with it", "[ssh]") {
  PrivateSshd sshd;
  for (const char* key : {"ed25519", "ecdsa", "rsa"}) {
    CAPTURE(key);
    SshWorld world;
    for (const Transport transport : {Transport::ssh, Transport::automatic}) {
      CHECK(sh(world.at(sshd.address(key, transport)).shell, "echo in").out == "in\n");
    }
    const std::string forced =
        message([&] { sh(world.at(sshd.address(key, Transport::libssh2)).shell, "true"); });
    if (key == std::string("rsa")) {
      CHECK_THAT(forced,
                 Contains("no key that it could sign with") && Contains("Set transport = \"ssh\""));
    } else {
      CHECK(forced == "no error");
    }
  }
}

TEST_CASE("a host that has only an RSA key is reached through ssh", "[ssh]") {
  PrivateSshd sshd({.host_keys = {"rsa"}});
  SshWorld world;
  CHECK(sh(world.at(sshd.address("ed25519", Transport::automatic)).shell, "echo in").out == "in\n");
  sshd.knowNothing();
  SshWorld other;
  CHECK_THAT(
      message([&] { sh(other.at(sshd.address("ed25519", Transport::automatic)).shell, "true"); }),
      Contains("is not known: it shows ssh-rsa " + sshd.fingerprint("rsa")));
}

TEST_CASE("an agent's key logs in, and a login that is refused says so", "[ssh]") {
  PrivateSshd sshd;
  const std::string socket = sshd.startAgent("ecdsa");
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    world.home.caller.environment["SSH_AUTH_SOCK"] = core::Secret(socket);
    CHECK(sh(world.at(sshd.address("", transport)).shell, "echo in").out == "in\n");
  }
  for (const Transport transport : {Transport::ssh, Transport::automatic}) {
    SshWorld world;
    CHECK_THAT(message([&] { sh(world.at(sshd.address("", transport)).shell, "true"); }),
               Contains("denied: can't log in to box") && Contains("Permission denied"));
  }
}

TEST_CASE("a host that is not there, or silent, is unreachable in time", "[ssh]") {
  PrivateSshd sshd;
  for (const Transport transport : kBoth) {
    CAPTURE(nameOf(transport));
    SshWorld world;
    HostAddress gone = sshd.address("ed25519", transport);
    gone.port = 1;
    CHECK_THAT(message([&] { sh(world.at(gone).shell, "true"); }),
               Contains("unreachable: can't ") && Contains("refused"));
    gone.address = "no-such-host.invalid";
    CHECK_THAT(message([&] { sh(world.at(gone).shell, "true"); }), Contains("unreachable: "));
  }
}

TEST_CASE("the folder of the shared connection is private, and goes with it", "[ssh]") {
  PrivateSshd sshd;
  const auto folders = [] {
    SshWorld world;
    return sh(world.shell, "stat -c '%a %n' /tmp/sotctl-ssh-* 2>/dev/null").out;
  };
  const std::string before = folders();
  {
    SshWorld world;
    sh(world.at(sshd.address("ed25519", Transport::ssh)).shell, "true");
    const std::string during = folders();
    CHECK(during.size() > before.size());
    CHECK_THAT(during, Contains("700 /tmp/sotctl-ssh-"));
  }
  CHECK(folders().size() <= before.size());
}
