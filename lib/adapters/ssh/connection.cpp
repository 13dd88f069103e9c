#include "lib/adapters/ssh/connection.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/adapters/account.hpp"
#include "lib/adapters/spawner.hpp"
#include "lib/adapters/ssh/effective.hpp"
#include "lib/adapters/ssh/program.hpp"
#include "lib/adapters/ssh/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

using Transport = ports::HostAddress::Transport;
using namespace std::chrono_literals;

/// "~/.ssh/id_ed25519" of the account that ssh would take it of.
std::string withHome(std::string path) {
  if (path.starts_with("~/")) path = ownAccount().home + path.substr(1);
  return path;
}

}  // namespace

SshConnection::SshConnection(std::shared_ptr<Spawner> spawner, ports::World& home,
                             ports::HostAddress address)
    : spawner_(std::move(spawner)), home_(home), address_(std::move(address)) {
  const auto agent = home_.caller.environment.find("SSH_AUTH_SOCK");
  if (agent != home_.caller.environment.end()) agent_ = agent->second.reveal();
}

SshConnection::~SshConnection() = default;

std::shared_ptr<Line> SshConnection::line() {
  const std::lock_guard lock(mutex_);
  if (line_ && line_->alive()) return line_;
  line_.reset();
  line_ = connect();
  return line_;
}

std::shared_ptr<Line> SshConnection::connect() {
  const auto program = [this] {
    return std::make_shared<SshProgramLine>(spawner_, home_.cancellation, address_, agent_);
  };
  if (address_.transport == Transport::ssh) return program();
  Ssh2Target target;
  const std::string unfit = resolve(target);
  const bool must = address_.transport == Transport::libssh2;
  if (!unfit.empty()) {
    if (!must) return program();
    throw core::Error(core::Kind::configuration,
                      fmt::format("libssh2 can't serve host {}: {}", address_.name, unfit),
                      "Set transport = \"ssh\", or \"auto\", for this host.");
  }
  try {
    return openSsh2(home_.cancellation, target);
  } catch (const Ssh2Unfit&) {
    if (must) throw;
  }
  return program();
}

std::string SshConnection::printed(const std::string& configuration) {
  ports::HostAddress address = address_;
  address.ssh_config = configuration;
  ports::Command command;
  command.argv = {"ssh", "-G"};
  if (!configuration.empty()) {
    command.argv.emplace_back("-F");
    command.argv.push_back(configuration);
  }
  for (std::string& word : sshTarget(address)) command.argv.push_back(std::move(word));
  command.mutates = false;
  command.limit = 20s;
  const ports::Outcome outcome = home_.shell.run(command);
  if (!outcome.ok()) throw sshTrouble(address_, outcome.err);
  return outcome.out;
}

std::string SshConnection::readable(const std::string& file) {
  try {
    return home_.files.read(file);
  } catch (const core::Error&) {
    return {};  // not there, or not ours: ssh passes it over, too
  }
}

std::string SshConnection::resolve(Ssh2Target& target) {
  const SshSettings effective(printed(address_.ssh_config));
  const SshSettings plain(printed("/dev/null"));
  target.address = address_;
  target.host = effective.first("hostname");
  target.user = effective.first("user");
  const std::string port = effective.first("port");
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  std::string known;
  for (const char* key : {"userknownhostsfile", "globalknownhostsfile"}) {
    for (const std::string& file : core::split(effective.first(key), ' ')) {
      target.known_hosts.push_back(withHome(file));
      known += readable(target.known_hosts.back()) + "\n";
    }
  }
  if (std::string why = unfitForLibssh2(effective, plain, known); !why.empty()) return why;
  for (const std::string& file : effective.all("identityfile")) {
    if (keyFitsLibssh2(readable(withHome(file)))) target.keys.push_back(withHome(file));
  }
  if (effective.first("identitiesonly") != "yes") target.agent = agent_;
  if (target.keys.empty() && target.agent.empty()) return "no key that it could sign with";
  if (knownKeys(target) == KnownKeys::unfit) return "only an RSA host key is known";
  return {};
}

core::Secret SshConnection::password() {
  if (address_.sudo != ports::HostAddress::Sudo::ask) return {};
  const std::lock_guard lock(password_mutex_);
  if (!password_) {
    ports::Question question{"sudo." + address_.name,
                             fmt::format("Password for sudo on {}:", address_.name)};
    question.hidden = true;
    password_ = core::Secret(home_.prompt.ask(question));
  }
  return *password_;
}

}  // namespace adapters
