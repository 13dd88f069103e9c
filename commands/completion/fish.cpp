#include <fmt/format.h>

#include "commands/completion/completion.hpp"
#include "commands/completion/shared.hpp"
#include "commands/help.hpp"
#include "commands/nouns.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace completion {
namespace {

std::string optionLine(const Parameter& parameter, const std::string& condition) {
  std::string line = "complete -c sotctl";
  if (!condition.empty()) line += " -n " + inQuotes(condition);
  for (const std::string& name : parameter.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!parameter.flag()) line += " -r";
  if (valueKind(parameter) == ValueKind::words) {
    line += " -f -a " + inQuotes(core::join(parameter.words, " "));
  } else if (valueKind(parameter) == ValueKind::files) {
    line += " -F";
  } else if (!parameter.flag()) {
    line += " -f";
  }
  return line + " -d " + inQuotes(parameter.help) + "\n";
}

std::string wordLine(const std::string& condition, const std::string& word,
                     const std::string& summary) {
  return fmt::format("complete -c sotctl -n {} -a {} -d {}\n", inQuotes(condition), word,
                     inQuotes(summary));
}

}  // namespace

std::string fishScript(const Tree& tree) {
  std::vector<std::string> with_value;
  std::string lines;
  for (const Parameter& parameter : tree.globals) {
    lines += optionLine(parameter, "");
    if (parameter.flag()) continue;
    with_value.insert(with_value.end(), parameter.names.begin(), parameter.names.end());
  }
  lines += wordLine("__sotctl_at", "help", "explain a command");
  for (const Noun& noun : tree.nouns) {
    lines += wordLine("__sotctl_at", noun.name, noun.summary);
    if (isPlain(noun)) continue;
    for (const Verb& verb : noun.verbs) {
      lines += wordLine("__sotctl_at " + noun.name, verb.name, verb.summary);
    }
  }
  for (const Command& command : tree.commands) {
    std::string condition = "__sotctl_in " + command.noun;
    if (!command.verb.empty()) condition += " " + command.verb;
    bool takes_files = false;
    for (const Parameter& parameter : command.parameters) {
      if (!parameter.positional) lines += optionLine(parameter, condition);
      if (parameter.positional && valueKind(parameter) == ValueKind::files) takes_files = true;
    }
    if (takes_files) lines += fmt::format("complete -c sotctl -n {} -F\n", inQuotes(condition));
  }
  return fmt::format(R"(# fish completion for sotctl; made by: sotctl completion fish
function __sotctl_words -d 'the nouns and verbs so far'
    set -l skip
    for word in (commandline -opc)[2..]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case {0}
                set skip yes
            case '-*' help
            case '*'
                echo $word
        end
    end
end
function __sotctl_at -d 'exactly these words'
    set -l words (__sotctl_words)
    test "$words" = "$argv"
end
function __sotctl_in -d 'these words, and perhaps more'
    set -l words (__sotctl_words)
    set -l count (count $argv)
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end
complete -c sotctl -f
)",
                     core::join(with_value, " ")) +
         lines;
}

namespace {

int run(Context& context, const NoOptions&) {
  return printScript(context, "fish", fishScript(tree(allNouns())));
}

}  // namespace
}  // namespace completion

Verb completionFish() {
  return makeVerb<completion::NoOptions>(
      {"fish",
       "for fish",
       "Prints a script that completes nouns, verbs, options and their choices.",
       {"sotctl completion fish > ~/.config/fish/completions/sotctl.fish"},
       {},
       {}},
      completion::bindNothing, completion::run);
}

}  // namespace commands
