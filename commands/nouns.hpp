#pragma once

#include <vector>

#include "commands/verb.hpp"

namespace commands {

/// All nouns, in help order. The only list: a new noun is a folder commands/NOUN/ with a function
/// that gives its Noun, and one line in nouns.cpp.
std::vector<Noun> allNouns();

}  // namespace commands
