#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/catch.hpp"
#include "tests/contract/shell_contract.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/private_sshd.hpp"
#include "tests/support/ssh_world.hpp"

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using ports::HostAddress;
using support::PrivateSshd;
using support::SshWorld;
using Transport = HostAddress::Transport;

namespace {

/// A server whose logins get `line` in the place of their own shell; the command is in
/// $SSH_ORIGINAL_COMMAND, as the shell of an account would get it.
PrivateSshd::Settings loginRuns(const std::string& line) {
  return {.lines = {"ForceCommand " + line}, .own_home = true};
}

std::string message(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const core::Error& error) {
    return std::string(core::kindName(error.kind())) + ": " + error.what() + " / " + error.hint();
  }
}

/// Says so where a test can't have its own view of the file system.
bool skippedWithoutMounts(const char* test) {
  SshWorld world;
  if (geteuid() == 0 && world.shell.run({.argv = {"unshare", "-m", "true"}}).ok()) return false;
  std::cout << "SKIP " << test << ": no mount namespaces for this account" << std::endl;
  return true;
}

/// Logins are nobody's, in a view of the files with a sudoers and a password of their own.
class SudoHost {
 public:
  explicit SudoHost(const std::string& rules, const std::string& password = "") {
    const std::string place = folder_.path();
    std::ofstream(place + "/sudoers") << "Defaults env_reset\n" << rules;
    chmod((place + "/sudoers").c_str(), 0440);
    std::string shadow;
    if (!password.empty()) {
      shadow =
          world.shell.run({.argv = {"openssl", "passwd", "-6", "-stdin"}}, password + "\n").out;
      shadow = shadow.substr(0, shadow.find('\n'));
    }
    std::ofstream(place + "/shadow")
        << "root:*:19000::::::\nnobody:" << (shadow.empty() ? "*" : shadow) << ":19000::::::\n";
    chmod((place + "/shadow").c_str(), 0600);
    // In a file: a line of sshd's configuration has no room for quotes in quotes.
    std::ofstream(place + "/login") << "mount --bind " << place << "/sudoers /etc/sudoers\n"
                                    << "mount --bind " << place << "/shadow /etc/shadow\n"
                                    << "exec setpriv --reuid=nobody --regid=nogroup --clear-groups "
                                       "sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
    sshd.emplace(loginRuns("exec unshare -m sh " + place + "/login"));
  }
  ports::World& box(HostAddress::Sudo sudo) {
    HostAddress address = sshd->address("ed25519", Transport::libssh2);
    address.sudo = sudo;
    return world.at(address);
  }
  SshWorld world;
  std::optional<PrivateSshd> sshd;

 private:
  support::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("login shells that are no sh, and noise in front, change nothing", "[ssh]") {
  for (const std::string line :
       {"exec fish -c \"$SSH_ORIGINAL_COMMAND\"", "exec tcsh -fc \"$SSH_ORIGINAL_COMMAND\"",
        "exec bash -c \"$SSH_ORIGINAL_COMMAND\"",
        "echo Welcome; echo; printf last; echo motd >&2; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
        "unset HOME; exec sh -c \"$SSH_ORIGINAL_COMMAND\""}) {
    CAPTURE(line);
    PrivateSshd sshd(loginRuns(line));
    SshWorld world;
    ports::World& box = world.at(sshd.address("ed25519", Transport::libssh2));
    const std::string home = getpwuid(geteuid())->pw_dir;
    CHECK(box.shell.run({.argv = {"sh", "-c", "echo \"$HOME\""}}).out == home + "\n");
    CHECK(box.files.info("/"));
    contract::keepsContract(box.shell, world.cancellation);
  }
}

TEST_CASE("a login that runs nothing says what it said", "[ssh]") {
  PrivateSshd sshd(loginRuns("echo This account is currently not available.; exit 1"));
  SshWorld world;
  for (const Transport transport : {Transport::libssh2, Transport::ssh}) {
    CHECK_THAT(
        message(
            [&] { world.at(sshd.address("ed25519", transport)).shell.run({.argv = {"true"}}); }),
        Contains("denied: box runs no command for this login: This account is currently not"));
  }
}

TEST_CASE("where nothing may be executed, sotctl-remote is not brought along", "[ssh][root]") {
  if (skippedWithoutMounts("where nothing may be executed, sotctl-remote is not brought along"))
    return;
  const support::TemporaryFolder folder;
  std::ofstream(folder / "login")
      << "for d in /run /root; do mount -t tmpfs -o noexec,mode=700 none $d; done\n"
         "exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n";
  PrivateSshd sshd(loginRuns("exec unshare -m sh " + (folder / "login")));
  SshWorld world;
  ports::World& box = world.at(sshd.address("ed25519", Transport::libssh2));
  CHECK_THAT(message([&] { box.files.info("/"); }),
             Contains("denied: sotctl-remote can't run on box: ") &&
                 Contains("/root (nothing may be executed there)") &&
                 Contains("remote = \"installed\""));
  CHECK(box.shell.run({.argv = {"true"}}).ok());
}

TEST_CASE("what changes something goes through sudo, what looks doesn't", "[ssh][root]") {
  if (skippedWithoutMounts("what changes something goes through sudo, what looks doesn't")) return;
  SudoHost host("nobody ALL=(ALL) NOPASSWD: ALL\n");
  ports::World& box = host.box(HostAddress::Sudo::without_password);
  const std::vector<std::string> who{"id", "-un"};
  CHECK(box.shell.run({.argv = who, .mutates = false}).out == "nobody\n");
  CHECK(box.shell.run({.argv = who}).out == "root\n");
  CHECK(box.shell.run({.argv = who, .user = "daemon", .mutates = false}).out == "daemon\n");
  CHECK(box.shell
            .run({.argv = {"sh", "-c", "umask; echo $W; cat; exit 5"},
                  .environment = {{"W", core::Secret("geheim")}},
                  .user = "daemon"},
                 "in")
            .out == "0077\ngeheim\nin");
  CHECK(box.shell.run({.argv = {"sh", "-c", "exit 5"}}).status == 5);
  CHECK(box.shell.run({.argv = {"sh", "-c", "kill -KILL $$"}}).signal == 9);
  // Its files are root's, too.
  CHECK(box.files.may("/etc/shadow", 'r'));
  CHECK_THAT(message([&] { box.shell.run({.argv = {"true"}, .user = "no-such-account"}); }),
             Contains("not_found: no account no-such-account on box"));
}

TEST_CASE("a command that sudo refuses is named", "[ssh][root]") {
  if (skippedWithoutMounts("a command that sudo refuses is named")) return;
  SudoHost host("nobody ALL=(root) NOPASSWD: /usr/bin/id\n");
  ports::World& box = host.box(HostAddress::Sudo::without_password);
  CHECK(box.shell.run({.argv = {"id", "-un"}}).out == "root\n");
  CHECK_THAT(message([&] {
               box.shell.run({.argv = {"touch", "/x"}});
             }),
             Contains("denied: sudo on box refuses `touch /x`") && Contains("doctor --sudoers"));
  CHECK_THAT(message([&] {
               host.box(HostAddress::Sudo::none).shell.run({.argv = {"true"}, .user = "root"});
             }),
             Contains("denied: can't run true as account root on box") && Contains("`sudo`"));
}

TEST_CASE("sudo's password is asked for once, and goes to nobody else", "[ssh][root]") {
  if (skippedWithoutMounts("sudo's password is asked for once, and goes to nobody else")) return;
  SudoHost host("nobody ALL=(ALL) ALL\n", "geh'eim 7");
  host.world.prompt.types("sudo.box", "geh'eim 7");
  ports::World& box = host.box(HostAddress::Sudo::ask);
  CHECK(box.shell.run({.argv = {"id", "-un"}}).out == "root\n");
  CHECK(box.shell.run({.argv = {"cat"}}, "in").out == "in");
  CHECK_THAT(
      box.shell.run({.argv = {"sh", "-c", "cat /proc/[0-9]*/cmdline /proc/self/environ"}}).out,
      !Contains("geh'eim"));
}

TEST_CASE("a wrong password for sudo is refused", "[ssh][root]") {
  if (skippedWithoutMounts("a wrong password for sudo is refused")) return;
  SudoHost host("nobody ALL=(ALL) ALL\n", "right");
  host.world.prompt.types("sudo.box", "wrong");
  CHECK_THAT(message([&] { host.box(HostAddress::Sudo::ask).shell.run({.argv = {"id"}}); }),
             Contains("denied: sudo on box did not take the password"));
}
