#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/verb.hpp"

namespace commands {

/// What the words of the command line ask for.
struct Request {
  std::string command;                 // "backup verify"; empty for help and version
  std::function<int(Context&)> run{};  // empty: print `text`
  std::string text{};                  // help or version, for standard output
};

/// Reads the words after the program's name. Global options may stand anywhere and are put into
/// `globals`, over what is there. Errors: usage, with the nearest names in the hint.
Request parse(const std::vector<std::string>& words, const std::vector<Noun>& nouns,
              Globals& globals);

/// The form of output that the words ask for, also if they can't be parsed: errors heed it.
std::string askedOutput(const std::vector<std::string>& words, std::string otherwise);

}  // namespace commands
