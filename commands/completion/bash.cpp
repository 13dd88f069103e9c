#include <fmt/format.h>

#include "commands/completion/completion.hpp"
#include "commands/completion/shared.hpp"
#include "commands/help.hpp"
#include "commands/nouns.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace completion {
namespace {

std::vector<std::string> optionNames(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) {
    if (parameter.positional) continue;
    names.insert(names.end(), parameter.names.begin(), parameter.names.end());
  }
  return names;
}

std::vector<std::string> namesWithValue(const std::vector<Parameter>& parameters) {
  std::vector<Parameter> kept;
  for (const Parameter& parameter : parameters) {
    if (!parameter.flag()) kept.push_back(parameter);
  }
  return optionNames(kept);
}

/// Lines of a `case` over the word before the cursor: what its value is completed with.
std::string valueCases(const std::vector<Parameter>& parameters, const std::string& command) {
  std::string text;
  for (const Parameter& parameter : parameters) {
    if (parameter.positional || parameter.flag()) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : parameter.names) {
      patterns.push_back(fmt::format("\"{} {}\"", command, name));
    }
    std::string action = "return";
    if (valueKind(parameter) == ValueKind::words) {
      action = fmt::format("words=\"{}\"", core::join(parameter.words, " "));
    } else if (valueKind(parameter) == ValueKind::files) {
      action = "files=yes";
    }
    text += fmt::format("    {}) {} ;;\n", core::join(patterns, " | "), action);
  }
  return text;
}

std::string nameOf(const Command& command) { return command.noun + " " + command.verb; }

}  // namespace

std::string bashScript(const Tree& tree) {
  std::string globals_values = core::join(namesWithValue(tree.globals), " | ");
  std::string verbs;
  std::vector<std::string> nouns{"help"};
  for (const Noun& noun : tree.nouns) {
    nouns.push_back(noun.name);
    std::vector<std::string> names;
    for (const Verb& verb : noun.verbs) names.push_back(verb.name);
    if (!isPlain(noun)) {
      verbs += fmt::format("    {}) words=\"{}\" ;;\n", noun.name, core::join(names, " "));
    }
  }
  std::string plain;
  std::string options;
  std::string values;
  for (const Command& command : tree.commands) {
    if (command.verb.empty()) plain += (plain.empty() ? "" : " | ") + command.noun;
    options += fmt::format("    \"{}\") words+=\" {}\" ;;\n", nameOf(command),
                           core::join(optionNames(command.parameters), " "));
    values += valueCases(command.parameters, nameOf(command));
  }
  if (plain.empty()) plain = "''";
  // A global option means the same everywhere, so its pattern leaves the command open.
  std::string global_values;
  for (const std::string& line : core::split(valueCases(tree.globals, "*"), '\n')) {
    if (line.empty()) continue;
    std::string open = line;
    for (auto at = open.find("\"* "); at != std::string::npos; at = open.find("\"* ", at + 1)) {
      open.replace(at, 3, "*\" ");
    }
    global_values += open + "\n";
  }
  return fmt::format(
      R"(# bash completion for sotctl; made by: sotctl completion bash
_sotctl() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local noun= verb= words= files= at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${{COMP_WORDS[at]}} in
    {0}) ((at++)) ;;
    -*) ;;
    *)
      if [[ -z $noun || $noun == help ]]; then
        noun=${{COMP_WORDS[at]}}
      elif [[ -z $verb ]]; then
        verb=${{COMP_WORDS[at]}}
      fi
      ;;
    esac
  done
  case "$noun $verb $previous" in
{1}{2}    esac
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  if [[ -z $words ]]; then
    case $noun in
    '' | help) words="{3}" ;;
    {4}) ;;
    *) [[ -n $verb ]] || case $noun in
{5}      esac ;;
    esac
  fi
  if [[ $current == -* ]]; then
    words="{6}"
    case "$noun $verb" in
{7}    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _sotctl sotctl
)",
      globals_values, global_values, values, core::join(nouns, " "), plain, verbs,
      core::join(optionNames(tree.globals), " "), options);
}

namespace {

int run(Context& context, const NoOptions&) {
  return printScript(context, "bash", bashScript(tree(allNouns())));
}

}  // namespace
}  // namespace completion

Verb completionBash() {
  return makeVerb<completion::NoOptions>(
      {"bash",
       "for bash",
       "Prints a script that completes nouns, verbs, options and their choices.",
       {"sotctl completion bash > /etc/bash_completion.d/sotctl",
        "source <(sotctl completion bash)"},
       {},
       {}},
      completion::bindNothing, completion::run);
}

}  // namespace commands
