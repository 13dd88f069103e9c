#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/ports/world.hpp"

namespace commands {

/// What main read from the process, beside its adapters.
struct Start {
  std::vector<std::string> words;  // after the program's name
  std::map<std::string, std::string> environment{};
  std::string home{};  // the account's, from the account database
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  unsigned file_mode = 0600;  // for files that an option names, by the caller's umask
};

/// Where things are, by the environment as far as it is trusted.
struct Surroundings {
  /// Variables that count. As root, or under sudo, none of the caller's.
  std::map<std::string, std::string> trusted;
  /// Names of set variables that were left out for that reason.
  std::vector<std::string> ignored;
  std::string state_folder;
  std::string xdg_config_home;  // empty as root and under sudo: only /etc counts
};

Surroundings surroundings(const Start& start, const ports::Caller& caller);

}  // namespace commands
