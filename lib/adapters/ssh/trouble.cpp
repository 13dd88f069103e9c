#include "lib/adapters/ssh/trouble.hpp"

#include <fmt/format.h>

#include <vector>

#include "lib/core/text.hpp"

namespace adapters {
namespace {

using core::Kind;

std::string target(const ports::HostAddress& address) {
  std::string text = address.target();
  if (text != address.name) text = address.name + " (" + text + ")";
  return address.port == 0 ? text : fmt::format("{} port {}", text, address.port);
}

/// The line of an `ssh -v` that says why, without what ssh puts in front.
std::string reason(std::string_view said) {
  std::string found;
  for (const std::string& line : core::split(said, '\n')) {
    const std::string text(core::trim(line));
    if (text.empty() || text.starts_with("debug") || text.starts_with("OpenSSH_") ||
        text.starts_with("Authenticated to") || text.starts_with("Warning: ")) {
      continue;
    }
    found = text;
  }
  return found;
}

struct Key {
  std::string type, fingerprint;
};

/// "debug1: Server host key: ssh-ed25519 SHA256:…"
Key serverKey(std::string_view said) {
  constexpr std::string_view kSign = "Server host key: ";
  const auto at = said.find(kSign);
  if (at == std::string_view::npos) return {"key", "an unknown fingerprint"};
  const auto line = said.substr(at + kSign.size(), said.find('\n', at) - at - kSign.size());
  const auto words = core::split(core::trim(line), ' ');
  return words.size() < 2 ? Key{"key", "an unknown fingerprint"} : Key{words[0], words[1]};
}

}  // namespace

std::string learningCommand(const ports::HostAddress& address) {
  std::vector<std::string> argv{"ssh", "-o", "StrictHostKeyChecking=ask"};
  if (!address.ssh_config.empty()) argv.insert(argv.end(), {"-F", address.ssh_config});
  if (address.port != 0) argv.insert(argv.end(), {"-p", std::to_string(address.port)});
  if (!address.user.empty()) argv.insert(argv.end(), {"-l", address.user});
  argv.insert(argv.end(), {address.target(), "true"});
  return core::shellLine(argv);
}

core::Error unknownHostKey(const ports::HostAddress& address, const std::string& type,
                           const std::string& fingerprint) {
  return {
      Kind::denied,
      fmt::format("the host key of {} is not known: it shows {} {}", target(address), type,
                  fingerprint),
      fmt::format("On the host's own console `ssh-keygen -lf /etc/ssh/ssh_host_{}_key.pub` must "
                  "print the same. Then learn it with `{}`, and paste that fingerprint as the "
                  "answer.",
                  type.find("ed25519") != std::string::npos ? "ed25519"
                  : type.starts_with("ecdsa")               ? "ecdsa"
                                                            : "rsa",
                  learningCommand(address))};
}

core::Error changedHostKey(const ports::HostAddress& address, const std::string& type,
                           const std::string& fingerprint) {
  return {
      Kind::denied,
      fmt::format("the host key of {} is another one than is known: it shows {} {}",
                  target(address), type, fingerprint),
      fmt::format("Somebody may stand in between, or the host was installed anew. Only if its "
                  "console shows this fingerprint: forget the old key with `ssh-keygen -R {}`, "
                  "then learn the new one with `{}`.",
                  core::shellQuote(address.port == 0 || address.port == 22
                                       ? address.target()
                                       : fmt::format("[{}]:{}", address.target(), address.port)),
                  learningCommand(address))};
}

core::Error revokedHostKey(const ports::HostAddress& address, const std::string& fingerprint) {
  return {Kind::denied,
          fmt::format("the host key of {} is revoked: {}", target(address), fingerprint),
          "Whoever has that key is not the host. Talk to those who run it."};
}

core::Error sshTrouble(const ports::HostAddress& address, std::string_view said) {
  const auto has = [&](std::string_view words) { return said.find(words) != said.npos; };
  const std::string what =
      fmt::format("can't log in to {}: {}", target(address), core::printable(reason(said)));
  const Key key = serverKey(said);
  if (has("REVOKED HOST KEY") || has("is revoked by file")) {
    return revokedHostKey(address, key.fingerprint);
  }
  if (has("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
    return changedHostKey(address, key.type, key.fingerprint);
  }
  if (has("Host key verification failed") || has("host key is known for")) {
    return unknownHostKey(address, key.type, key.fingerprint);
  }
  if (has("Permission denied (") || has("Too many authentication failures")) {
    return {Kind::denied, what,
            fmt::format("Try `{}` by hand. sotctl asks for no passphrase: load the key into an "
                        "agent, or use one without.",
                        learningCommand(address))};
  }
  if (has("Bad configuration option") || has("terminating, ") || has("Bad owner or permissions")) {
    return {Kind::configuration, what, "Mend ssh's configuration file."};
  }
  if (has("timed out")) {
    return {Kind::timed_out, what, "See whether the host is up and lets this one in."};
  }
  return {Kind::unreachable, what, "See whether the host is up, and whether the name is right."};
}

}  // namespace adapters
