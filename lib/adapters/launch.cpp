#include <fmt/format.h>
#include <unistd.h>

#include "lib/adapters/spawn.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void refuseNul(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    throw core::Error(core::Kind::usage, "a command has a NUL byte: " + core::printable(text));
  }
}

std::map<std::string, std::string> environmentOf(const ports::Command& command,
                                                 const std::string& home) {
  std::map<std::string, std::string> all{
      {"PATH", kPath}, {"HOME", home}, {"LANG", "C.UTF-8"}, {"LC_MESSAGES", "C"}};
  for (const auto& [name, value] : command.environment) all[name] = value.reveal();
  return all;
}

std::vector<std::string> programsFor(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return {name};
  std::vector<std::string> programs;
  for (const std::string& folder : core::split(path, ':')) {
    if (!folder.empty()) programs.push_back(fmt::format("{}/{}", folder, name));
  }
  return programs;
}

}  // namespace

Launch prepareLaunch(const ports::Command& command) {
  if (command.argv.empty() || command.argv[0].empty()) {
    throw core::Error(core::Kind::usage, "a command without a program");
  }
  for (const std::string& word : command.argv) refuseNul(word);
  refuseNul(command.directory);

  Launch launch;
  launch.argv = command.argv;
  launch.file_mask = command.file_mask;
  launch.directory = command.directory.empty() ? "/" : command.directory;
  Account account = ownAccount();
  if (!command.user.empty() && command.user != account.name) {
    account = accountNamed(command.user);
    // An account with our own number needs no change, and so no root.
    if (account.uid != geteuid()) launch.account = account;
  }
  const auto environment = environmentOf(command, account.home);
  for (const auto& [name, value] : environment) {
    if (value.find('\0') != std::string::npos) {
      throw core::Error(core::Kind::usage, fmt::format("the variable {} has a NUL byte", name));
    }
    launch.environment.push_back(fmt::format("{}={}", name, value));
  }
  launch.programs = programsFor(command.argv[0], environment.at("PATH"));
  return launch;
}

}  // namespace adapters
