#include "lib/adapters/ssh/effective.hpp"

#include <algorithm>
#include <array>

#include "lib/core/base64.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

/// Settings that libssh2 follows, or that change nothing for commands without a terminal.
constexpr std::array kHarmless{"host",
                               "hostname",
                               "user",
                               "port",
                               "identityfile",
                               "identitiesonly",
                               "batchmode",
                               "userknownhostsfile",
                               "globalknownhostsfile",
                               "loglevel",
                               "logverbose",
                               "sendenv",
                               "hashknownhosts",
                               "gssapiauthentication",
                               "forwardx11trusted",
                               "forwardx11",
                               "forwardx11timeout",
                               "forwardagent",
                               "addkeystoagent",
                               "visualhostkey",
                               "updatehostkeys",
                               "controlmaster",
                               "controlpath",
                               "controlpersist",
                               "connecttimeout",
                               "connectionattempts",
                               "serveralivecountmax",
                               "serveraliveinterval",
                               "tcpkeepalive",
                               "stricthostkeychecking",
                               "escapechar",
                               "requesttty",
                               "localforward",
                               "remoteforward",
                               "dynamicforward",
                               "clearallforwardings",
                               "exitonforwardfailure",
                               "passwordauthentication",
                               "kbdinteractiveauthentication",
                               "numberofpasswordprompts",
                               "fingerprinthash",
                               "ipqos",
                               "xauthlocation",
                               "compression",
                               "permitlocalcommand",
                               "localcommand",
                               "permitremoteopen",
                               "syslogfacility"};

/// The line's names, or "" for a comment.
std::string names(std::string_view line) {
  line = core::trim(line);
  if (line.empty() || line[0] == '#') return {};
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

/// SSH's own form of a string: four bytes of length in front.
std::string takeString(std::string_view& bytes) {
  if (bytes.size() < 4) return {};
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  std::string text(bytes.substr(4, length));
  bytes.remove_prefix(std::min(bytes.size(), 4 + length));
  return text;
}

}  // namespace

SshSettings::SshSettings(std::string_view printed) {
  for (const std::string& line : core::split(printed, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string::npos) continue;
    std::string key = line.substr(0, space);
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    values_[key].push_back(line.substr(space + 1));
  }
}

std::string SshSettings::first(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second.front();
}

std::vector<std::string> SshSettings::all(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> SshSettings::differences(const SshSettings& other) const {
  std::vector<std::string> keys;
  for (const auto& [key, values] : values_) {
    if (other.all(key) != values) keys.push_back(key);
  }
  for (const auto& [key, values] : other.values_) {
    if (!values_.contains(key)) keys.push_back(key);
  }
  return keys;
}

std::string unfitForLibssh2(const SshSettings& effective, const SshSettings& plain,
                            std::string_view known_hosts) {
  for (const std::string& key : effective.differences(plain)) {
    if (std::find(kHarmless.begin(), kHarmless.end(), key) != kHarmless.end()) continue;
    return "ssh's configuration sets " + key;
  }
  for (const std::string& line : core::split(known_hosts, '\n')) {
    const std::string hosts = names(line);
    if (hosts.starts_with('@')) return "known_hosts has a line with " + hosts;
    if (hosts.starts_with('|')) continue;
    if (hosts.find_first_of("*?!") != std::string::npos) {
      return "known_hosts has a pattern: " + hosts;
    }
  }
  return {};
}

bool keyFitsLibssh2(std::string_view file) {
  constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
  constexpr std::string_view kMagic("openssh-key-v1\0", 15);
  const auto begin = file.find(kBegin);
  const auto end = file.find("-----END");
  if (begin == file.npos || end == file.npos || end < begin) return false;
  std::string text;
  for (const char c : file.substr(begin + kBegin.size(), end - begin - kBegin.size())) {
    if (c != '\n' && c != '\r') text += c;
  }
  const auto bytes = core::unbase64(text);
  if (!bytes || !bytes->starts_with(kMagic)) return false;
  std::string_view rest = std::string_view(*bytes).substr(kMagic.size());
  const std::string cipher = takeString(rest);
  takeString(rest);  // key derivation
  takeString(rest);  // its options
  if (rest.size() < 4) return false;
  rest.remove_prefix(4);  // number of keys
  const std::string key = takeString(rest);
  std::string_view inside = key;
  const std::string kind = takeString(inside);
  return cipher == "none" && (kind == "ssh-ed25519" || kind.starts_with("ecdsa-sha2-nistp"));
}

}  // namespace adapters
