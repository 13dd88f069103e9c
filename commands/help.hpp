#pragma once

#include <string>
#include <vector>

#include "commands/verb.hpp"

namespace commands {

/// What `sotctl help` prints: all nouns, global options, exit statuses.
std::string programHelp(const std::vector<Noun>& nouns);
/// What `sotctl help NOUN` prints.
std::string nounHelp(const Noun& noun);
/// What `sotctl help NOUN VERB` prints.
std::string verbHelp(const Noun& noun, const Verb& verb);

/// Two columns of names and summaries, indented.
std::string nounList(const std::vector<Noun>& nouns);
std::string verbList(const Noun& noun);

/// A noun with one nameless verb: `sotctl doctor`.
bool isPlain(const Noun& noun);

}  // namespace commands
