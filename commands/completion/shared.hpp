#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/syntax.hpp"
#include "commands/verb.hpp"

namespace commands::completion {

/// One command as a completion script sees it.
struct Command {
  std::string noun;
  std::string verb;  // empty for a noun without verbs
  std::string summary;
  std::vector<Parameter> parameters;  // their `set` is gone
};

/// All that there is to complete; made from the nouns.
struct Tree {
  std::vector<Parameter> globals;
  std::vector<Noun> nouns;  // "help" is one of them
  std::vector<Command> commands;
};

Tree tree(const std::vector<Noun>& nouns);

struct NoOptions {};
void bindNothing(Arguments&, NoOptions&);

/// Prints one script.
int printScript(Context& context, const std::string& shell, const std::string& script);

/// What a value is completed with.
enum class ValueKind { none, words, files };
ValueKind valueKind(const Parameter& parameter);

/// `text` as one word in single quotes, which mean the same in bash, zsh and fish but for \'.
std::string inQuotes(const std::string& text);

std::string bashScript(const Tree& tree);
std::string zshScript(const Tree& tree);
std::string fishScript(const Tree& tree);

}  // namespace commands::completion
