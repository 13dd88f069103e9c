// Accounts for a program that is linked statically: the C library's own functions would load
// modules of the host, which must fit the library that this was built with. `getent` asks them
// instead.
#include "lib/adapters/account.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <map>
#include <memory>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

using core::Kind;

/// Only what can be a name or a number: it becomes part of a line for a shell.
bool plain(const std::string& name) {
  return !name.empty() && name[0] != '-' &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

/// What a command says; its words are plain.
std::string said(const std::string& command) {
  const std::string line = "PATH=/usr/bin:/bin exec " + command + " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(line.c_str(), "re"), pclose);
  if (!pipe) throw core::Error(Kind::unexpected, "can't run " + command);
  std::string text;
  char block[4096];
  while (const std::size_t got = fread(block, 1, sizeof block, pipe.get())) text.append(block, got);
  return text;
}

/// The fields of an entry; none if there is no such entry.
std::vector<std::string> entry(const std::string& table, const std::string& key) {
  if (!plain(key)) return {};
  const std::string text = said("getent " + table + " " + key);
  if (text.empty()) return {};
  return core::split(text.substr(0, text.find('\n')), ':');
}

unsigned number(const std::string& text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Account accountNamed(const std::string& name) {
  const auto fields = entry("passwd", name);
  if (fields.size() < 6 || fields[0] != name) {
    throw core::Error(Kind::not_found, "no account " + name + " on this host",
                      "List the accounts with `getent passwd`.");
  }
  Account account;
  account.name = name;
  account.uid = number(fields[2]);
  account.gid = number(fields[3]);
  account.home = fields[5];
  for (const auto& group : core::split(core::trim(said("id -G " + name)), ' ')) {
    account.groups.push_back(number(group));
  }
  return account;
}

gid_t groupNamed(const std::string& name) {
  const auto fields = entry("group", name);
  if (fields.size() < 3 || fields[0] != name) {
    throw core::Error(Kind::not_found, "no group " + name + " on this host",
                      "List the groups with `getent group`.");
  }
  return number(fields[2]);
}

std::string accountName(uid_t uid) {
  static std::map<uid_t, std::string> known;
  const auto found = known.find(uid);
  if (found != known.end()) return found->second;
  const auto fields = entry("passwd", std::to_string(uid));
  return known[uid] = fields.empty() ? "" : fields[0];
}

std::string groupName(gid_t gid) {
  static std::map<gid_t, std::string> known;
  const auto found = known.find(gid);
  if (found != known.end()) return found->second;
  const auto fields = entry("group", std::to_string(gid));
  return known[gid] = fields.empty() ? "" : fields[0];
}

}  // namespace adapters
