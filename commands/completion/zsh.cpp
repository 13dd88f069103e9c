#include <fmt/format.h>

#include "commands/completion/completion.hpp"
#include "commands/completion/shared.hpp"
#include "commands/help.hpp"
#include "commands/nouns.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace completion {
namespace {

/// Escapes what _arguments and _describe take for their own: colons and brackets.
std::string escaped(const std::string& text, const std::string& special) {
  std::string made;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) made += '\\';
    made += c;
  }
  return made;
}

std::string valueSpec(const Parameter& parameter) {
  const std::string message = escaped(parameter.words.empty() ? parameter.value : "word", ":");
  switch (valueKind(parameter)) {
    case ValueKind::words:
      return fmt::format(":{}:({})", message, core::join(parameter.words, " "));
    case ValueKind::files:
      return fmt::format(":{}:_files", message);
    case ValueKind::none:
      return fmt::format(":{}: ", message);
  }
  return "";
}

/// One option as _arguments wants it, one line for each of its names.
std::string optionSpecs(const std::vector<Parameter>& parameters, const std::string& indent) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    if (parameter.positional) continue;
    for (const std::string& name : parameter.names) {
      std::string spec = parameter.repeated ? "*" : "";
      spec += name;
      if (!parameter.flag()) spec += name.starts_with("--") ? "=" : "+";
      spec += "[" + escaped(parameter.help, "[]:\\") + "]";
      if (!parameter.flag()) spec += valueSpec(parameter);
      text += indent + inQuotes(spec) + "\n";
    }
  }
  return text;
}

std::string described(const std::string& name, const std::string& summary) {
  return inQuotes(escaped(name, ":") + ":" + summary);
}

std::string argumentSpecs(const Command& command) {
  std::size_t place = command.verb.empty() ? 2 : 3;
  std::string text;
  for (const Parameter& parameter : command.parameters) {
    if (!parameter.positional) continue;
    const std::string where = parameter.repeated ? "*" : std::to_string(place++);
    text += " " + inQuotes(where + valueSpec(parameter));
  }
  return text;
}

}  // namespace

std::string zshScript(const Tree& tree) {
  std::string nouns = "    " + described("help", "explain a command") + "\n";
  std::string verbs;
  std::string plain;
  for (const Noun& noun : tree.nouns) {
    nouns += "    " + described(noun.name, noun.summary) + "\n";
    if (isPlain(noun)) {
      plain += (plain.empty() ? "" : "|") + noun.name;
      continue;
    }
    verbs += fmt::format("    {}) verbs=(", noun.name);
    for (const Verb& verb : noun.verbs) verbs += "\n      " + described(verb.name, verb.summary);
    verbs += "\n    ) ;;\n";
  }
  std::string commands;
  for (const Command& command : tree.commands) {
    const std::string places = command.verb.empty() ? "'1: :'" : "'1: :' '2: :'";
    commands += fmt::format(
        "    '{} {}')\n      options+=(\n{}      )\n      places=({}{})\n      ;;\n", command.noun,
        command.verb, optionSpecs(command.parameters, "        "), places, argumentSpecs(command));
  }
  return fmt::format(R"(#compdef sotctl
# zsh completion for sotctl; made by: sotctl completion zsh
_sotctl() {{
  local -a nouns verbs options places
  local noun verb word skip
  nouns=(
{0}  )
  options=(
{1}  )
  for word in ${{words[2,CURRENT-1]}}; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in
    {2}) skip=yes ;;
    -*) ;;
    *)
      if [[ -z $noun || $noun == help ]]; then noun=$word
      elif [[ -z $verb ]]; then verb=$word
      fi ;;
    esac
  done
  if [[ -z $noun || $noun == help ]]; then
    places=('*:command:->noun')
  elif [[ -z $verb && $noun != ({3}) ]]; then
    case $noun in
{4}    esac
    places=('*:verb:->verb')
  fi
  case "$noun $verb" in
{5}  esac
  local state
  _arguments -s : $options $places && return
  case $state in
  noun) _describe command nouns ;;
  verb) _describe verb verbs ;;
  esac
}}
_sotctl "$@"
)",
                     nouns, optionSpecs(tree.globals, "    "),
                     [&] {
                       std::vector<std::string> names;
                       for (const Parameter& parameter : tree.globals) {
                         if (parameter.flag()) continue;
                         names.insert(names.end(), parameter.names.begin(), parameter.names.end());
                       }
                       return core::join(names, "|");
                     }(),
                     plain.empty() ? "''" : plain, verbs, commands);
}

namespace {

int run(Context& context, const NoOptions&) {
  return printScript(context, "zsh", zshScript(tree(allNouns())));
}

}  // namespace
}  // namespace completion

Verb completionZsh() {
  return makeVerb<completion::NoOptions>(
      {"zsh",
       "for zsh",
       "Prints a script for a folder of $fpath. It completes nouns, verbs, options and their "
       "choices.",
       {"sotctl completion zsh > /usr/local/share/zsh/site-functions/_sotctl"},
       {},
       {}},
      completion::bindNothing, completion::run);
}

}  // namespace commands
