#include "tests/support/private_sshd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "lib/adapters/process.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/free_port.hpp"

namespace support {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServer = "/usr/sbin/sshd";

std::string readFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeFile(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

pid_t spawn(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int quiet = open("/dev/null", O_RDWR);
    for (const int stream : {0, 1}) dup2(quiet, stream);
    execv(words[0], words.data());
    _exit(127);
  }
  return pid;
}

void end(pid_t& pid) {
  if (pid <= 0) return;
  kill(pid, SIGTERM);
  waitpid(pid, nullptr, 0);
  pid = -1;
}

std::vector<pid_t> childrenOf(pid_t parent) {
  std::vector<pid_t> children;
  std::istringstream text(readFile(fmt::format("/proc/{0}/task/{0}/children", parent)));
  for (pid_t child = 0; text >> child;) children.push_back(child);
  return children;
}

/// Keys of hosts and users, made once for all servers of this process.
const std::string& keys(ports::Shell& shell) {
  static const TemporaryFolder folder("sotctl-keys");
  static std::once_flag made;
  std::call_once(made, [&] {
    for (const char* kind : {"ed25519", "ecdsa", "rsa"}) {
      for (const char* whose : {"host", "user"}) {
        std::vector<std::string> argv{
            "ssh-keygen", "-q", "-t",  kind, "-N",
            "",           "-C", whose, "-f", fmt::format("{}/{}_{}", folder.path(), whose, kind)};
        if (kind == std::string("rsa")) argv.insert(argv.end(), {"-b", "1024"});
        if (!shell.run({.argv = argv}).ok()) {
          throw core::Error(core::Kind::unexpected, "ssh-keygen makes no key");
        }
      }
    }
  });
  return folder.path();
}

}  // namespace

bool PrivateSshd::available() { return fs::exists(kServer); }

PrivateSshd::PrivateSshd(Settings settings)
    : shell_(std::make_unique<adapters::ProcessShell>(cancellation_)), port_(freePort()) {
  if (geteuid() == 0) fs::create_directories("/run/sshd");
  std::string configuration = fmt::format(
      "Port {}\nListenAddress 127.0.0.1\nPidFile {}/pid\nStrictModes no\nUsePAM no\n"
      "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
      "AuthorizedKeysFile {}/authorized\nLogLevel DEBUG1\n",
      port_, folder(), folder());
  if (!settings.own_home) configuration += fmt::format("SetEnv HOME={}\n", folder());
  for (const std::string& line : settings.lines) configuration += line + "\n";
  std::string authorized;
  fs::copy(keys(*shell_), folder(), fs::copy_options::recursive);
  for (const char* kind : {"ed25519", "ecdsa", "rsa"}) {
    authorized += readFile(fmt::format("{}/user_{}.pub", folder(), kind));
  }
  for (const std::string& kind : settings.host_keys) {
    configuration += fmt::format("HostKey {}/host_{}\n", folder(), kind);
  }
  writeFile(folder_ / "authorized", authorized);
  writeFile(folder_ / "sshd_config", configuration);
  for (const char* key : {"ed25519", "ecdsa", "rsa"}) {
    configure(key, fmt::format("IdentityFile {}/user_{}\nIdentitiesOnly yes\n", folder(), key));
  }
  configure("", fmt::format("IdentityFile {}/none\n", folder()));
  know(settings.host_keys);
  start();
}

PrivateSshd::~PrivateSshd() {
  cutConnections();
  end(pid_);
  end(agent_);
}

void PrivateSshd::start() {
  pid_ = spawn({kServer, "-D", "-f", folder_ / "sshd_config", "-E", folder_ / "log"});
  if (!eventually([&] { return fs::exists(folder_ / "pid"); })) {
    throw core::Error(core::Kind::unexpected, "sshd did not come up: " + log());
  }
}

std::string PrivateSshd::must(std::vector<std::string> argv) {
  const ports::Outcome outcome = shell_->run({.argv = argv});
  if (!outcome.ok()) {
    throw core::Error(core::Kind::unexpected, argv[0] + ": " + outcome.inWords());
  }
  return outcome.out;
}

std::string PrivateSshd::log() const { return readFile(folder() + "/log"); }

void PrivateSshd::configure(const std::string& key, const std::string& lines) {
  const std::string path = folder_ / ("ssh_config_" + key);
  if (!fs::exists(path)) {
    writeFile(path, fmt::format("UserKnownHostsFile {}/known\nGlobalKnownHostsFile /dev/null\n",
                                folder()));
  }
  std::ofstream(path, std::ios::app) << lines;
  chmod(path.c_str(), 0600);
}

ports::HostAddress PrivateSshd::address(const std::string& key,
                                        ports::HostAddress::Transport transport) const {
  ports::HostAddress address;
  address.name = "box";
  address.address = "127.0.0.1";
  address.port = port_;
  address.transport = transport;
  address.ssh_config = folder() + "/ssh_config_" + key;
  return address;
}

std::string PrivateSshd::knownName() const { return fmt::format("[127.0.0.1]:{}", port_); }

void PrivateSshd::know(const std::vector<std::string>& kinds, bool hashed) {
  std::string text;
  for (const std::string& kind : kinds) {
    text += knownName() + " " + readFile(fmt::format("{}/host_{}.pub", folder(), kind));
  }
  writeFile(folder_ / "known", text);
  if (hashed) {
    must({"ssh-keygen", "-q", "-H", "-f", folder_ / "known"});
    fs::remove(folder_ / "known.old");
  }
}

void PrivateSshd::knowNothing() { writeFile(folder_ / "known", ""); }

void PrivateSshd::knowText(std::string text) {
  const std::string key(core::trim(readFile(folder_ / "host_ed25519.pub")));
  for (const auto& [sign, value] :
       {std::pair{std::string("%k"), key}, std::pair{std::string("%n"), knownName()}}) {
    for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign)) {
      text.replace(at, 2, value);
    }
  }
  writeFile(folder_ / "known", text);
}

std::string PrivateSshd::startAgent(const std::string& key) {
  const std::string socket = folder_ / "agent";
  agent_ = spawn({"/usr/bin/ssh-agent", "-D", "-a", socket});
  eventually([&] { return fs::exists(socket); });
  const ports::Outcome added =
      shell_->run({.argv = {"ssh-add", "-q", fmt::format("{}/user_{}", folder(), key)},
                   .environment = {{"SSH_AUTH_SOCK", core::Secret(socket)}}});
  if (!added.ok()) throw core::Error(core::Kind::unexpected, "ssh-add: " + added.inWords());
  return socket;
}

std::string PrivateSshd::fingerprint(const std::string& kind) {
  return core::split(must({"ssh-keygen", "-lf", fmt::format("{}/host_{}.pub", folder(), kind)}),
                     ' ')
      .at(1);
}

void PrivateSshd::cutConnections() {
  for (const pid_t child : childrenOf(pid_)) {
    for (const pid_t grandchild : childrenOf(child)) {
      if (readFile(fmt::format("/proc/{}/comm", grandchild)) == "sshd\n") kill(grandchild, SIGKILL);
    }
    kill(child, SIGKILL);
  }
}

}  // namespace support
