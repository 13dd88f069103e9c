#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"
#include "lib/sandbox/layout.hpp"
#include "lib/sandbox/state.hpp"

namespace sandbox {

/// One sandbox while a command works on it. Not owned: world and progress.
struct Site {
  ports::World& world;
  core::Progress& progress;
  Layout layout;
  State state;

  /// The account that a command must be given for it to run as the sandbox's; empty if that is us.
  std::string otherAccount() const {
    return state.account == world.caller.account ? std::string() : state.account;
  }
};

/// Runs a program as the sandbox's account and gives what it printed. Errors: unexpected with
/// `what` and the program's last words, and those of Shell::run.
std::string must(Site& site, std::vector<std::string> argv, const std::string& what,
                 const std::string& input = {},
                 std::chrono::milliseconds limit = std::chrono::seconds(60));

/// A folder of the sandbox that belongs to its account.
void makeAccountFolder(Site& site, const std::string& path, unsigned mode);
/// A file of the sandbox that belongs to its account.
void writeAccountFile(Site& site, const std::string& path, const std::string& text, unsigned mode);
/// `text` with each "@NAME@" replaced by its value.
std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values);
/// 40 random hexadecimal digits.
std::string randomWord(ports::World& world);
/// The secret that a file of the sandbox holds; made at the first call.
std::string secretIn(Site& site, const std::string& path);

}  // namespace sandbox
