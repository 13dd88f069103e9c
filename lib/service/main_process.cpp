#include "lib/service/main_process.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/process.hpp"

namespace service {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

/// Takes " (deleted)" off; whether it was there.
bool takeDeleted(std::string& path) {
  if (!path.ends_with(kDeleted)) return false;
  path.erase(path.size() - kDeleted.size());
  return true;
}

std::uint32_t hex(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                             : 0;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

/// "0100007F:1F90" as "127.0.0.1:8080". The kernel prints each group of 32 bits as a number of the
/// host's byte order.
std::string addressInWords(const std::string& text) {
  const auto colon = text.find(':');
  if (colon != 8 && colon != 32) return {};
  std::array<std::uint32_t, 4> groups{};
  for (std::size_t i = 0; i * 8 < colon; ++i) {
    groups[i] = hex(std::string_view(text).substr(i * 8, 8));
  }
  std::array<char, INET6_ADDRSTRLEN> words{};
  const bool four = colon == 8;
  inet_ntop(four ? AF_INET : AF_INET6, groups.data(), words.data(), words.size());
  const auto port = hex(std::string_view(text).substr(colon + 1));
  return four ? fmt::format("{}:{}", words.data(), port)
              : fmt::format("[{}]:{}", words.data(), port);
}

/// Where a link of /proc/ID points to; empty where it can't be seen.
std::string target(ports::Files& files, const std::string& path, std::vector<std::string>& unseen) {
  try {
    return files.linkTarget(path);
  } catch (const core::Error& error) {
    unseen.emplace_back(error.what());
    return {};
  }
}

}  // namespace

std::vector<std::string> deletedMappings(std::string_view maps) {
  std::set<std::string> found;
  for (const auto& line : core::split(maps, '\n')) {
    const auto slash = line.find(" /");
    if (slash == std::string::npos) continue;
    const auto rights = line.find(' ');
    if (rights == std::string::npos || line.substr(rights + 1, 4).find('x') == std::string::npos) {
      continue;
    }
    std::string path = line.substr(slash + 1);
    if (!takeDeleted(path)) continue;
    // Memory with a name, not a file that was replaced.
    if (path.starts_with("/memfd:") || path.starts_with("/dev/") || path.starts_with("/SYSV")) {
      continue;
    }
    found.insert(std::move(path));
  }
  return {found.begin(), found.end()};
}

std::vector<Listener> parseListeners(std::string_view text) {
  std::vector<Listener> all;
  for (const auto& line : core::split(text, '\n')) {
    std::vector<std::string> fields;
    for (auto& field : core::split(line, ' ')) {
      if (!field.empty()) fields.push_back(std::move(field));
    }
    constexpr const char* kListen = "0A";
    if (fields.size() < 10 || fields[3] != kListen) continue;
    all.push_back({addressInWords(fields[1]), fields[9]});
  }
  return all;
}

std::vector<std::string> listeningOn(ports::Files& files, int id) {
  const std::string folder = fmt::format("/proc/{}", id);
  std::set<std::string> found;
  try {
    std::set<std::string> sockets;
    for (const auto& entry : files.list(folder + "/fd")) {
      try {
        const std::string to = files.linkTarget(folder + "/fd/" + entry.name);
        if (to.starts_with("socket:[")) sockets.insert(to.substr(8, to.size() - 9));
      } catch (const core::Error&) {
        continue;  // closed meanwhile
      }
    }
    if (sockets.empty()) return {};
    for (const char* name : {"/net/tcp", "/net/tcp6"}) {
      for (const auto& one : parseListeners(files.read(folder + name))) {
        if (sockets.contains(one.inode)) found.insert(one.address);
      }
    }
  } catch (const core::Error&) {
    return {};
  }
  return {found.begin(), found.end()};
}

std::optional<MainProcess> lookAtProcess(ports::Files& files, int id,
                                         std::vector<std::string>& unseen) {
  Processes processes(files);
  const auto process = processes.find(id);
  if (!process || process->ended) return std::nullopt;
  const std::string folder = fmt::format("/proc/{}", id);
  MainProcess main;
  main.id = id;
  main.account = process->account;
  main.started = process->started;
  main.command = process->command;
  main.executable = target(files, folder + "/exe", unseen);
  main.executable_deleted = takeDeleted(main.executable);
  if (main.executable.empty()) return main;  // not ours to see: neither is the rest
  main.folder = target(files, folder + "/cwd", unseen);
  main.folder_deleted = takeDeleted(main.folder);
  try {
    main.deleted_files = deletedMappings(files.read(folder + "/maps"));
  } catch (const core::Error& error) {
    unseen.emplace_back(error.what());
  }
  return main;
}

}  // namespace service
