#include "commands/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/exits.hpp"
#include "commands/globals.hpp"
#include "commands/syntax.hpp"
#include "lib/core/text.hpp"
#include "lib/core/version.hpp"

namespace commands {
namespace {

constexpr std::size_t kWidth = 100;

struct Entry {
  std::string name;
  std::string text;
};

/// Breaks `text` into lines of at most `width`, at spaces; its own line breaks are kept.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  for (std::string line : core::split(text, '\n')) {
    while (line.size() > width) {
      auto at = line.rfind(' ', width);
      if (at == std::string::npos || at == 0) at = line.find(' ', width);
      if (at == std::string::npos) break;
      lines.push_back(line.substr(0, at));
      line.erase(0, at + 1);
    }
    lines.push_back(line);
  }
  return lines;
}

std::string entries(const std::vector<Entry>& list) {
  std::size_t column = 0;
  for (const Entry& entry : list) {
    if (entry.name.size() <= 34) column = std::max(column, entry.name.size());
  }
  std::string text;
  for (const Entry& entry : list) {
    const std::string gap(column + 4, ' ');
    std::string begin = fmt::format("  {:<{}}  ", entry.name, column);
    if (entry.name.size() > column) begin = "  " + entry.name + "\n" + gap;
    for (const std::string& line : wrapped(entry.text, kWidth - column - 4)) {
      text += begin + line + "\n";
      begin = gap;
    }
  }
  return text;
}

std::string section(const std::string& title, const std::vector<Entry>& list) {
  return list.empty() ? "" : fmt::format("\n{}:\n{}", title, entries(list));
}

std::vector<Entry> exitEntries(const std::vector<ExitLine>& exits) {
  std::vector<Entry> list;
  for (const ExitLine& line : exits) list.push_back({fmt::format("{:>3}", line.status), line.when});
  return list;
}

std::vector<Entry> options(const Syntax& syntax) {
  std::vector<Entry> list;
  for (const Parameter& parameter : syntax.parameters()) {
    if (!parameter.positional) list.push_back({parameter.inHelp(), parameter.help});
  }
  return list;
}

std::vector<Entry> arguments(const Syntax& syntax) {
  std::vector<Entry> list;
  for (const Parameter& parameter : syntax.parameters()) {
    if (parameter.positional) list.push_back({parameter.names.front(), parameter.help});
  }
  return list;
}

std::string usage(const Noun& noun, const Verb& verb, const Syntax& syntax) {
  std::string line = "Usage: sotctl " + noun.name;
  if (!verb.name.empty()) line += " " + verb.name;
  line += " [options]";
  for (const Parameter& parameter : syntax.parameters()) {
    if (parameter.positional) line += " " + parameter.inHelp();
  }
  return line + "\n";
}

}  // namespace

bool isPlain(const Noun& noun) { return noun.verbs.size() == 1 && noun.verbs[0].name.empty(); }

std::string nounList(const std::vector<Noun>& nouns) {
  std::vector<Entry> list;
  for (const Noun& noun : nouns) list.push_back({noun.name, noun.summary});
  return entries(list);
}

std::string verbList(const Noun& noun) {
  std::vector<Entry> list;
  for (const Verb& verb : noun.verbs) list.push_back({verb.name, verb.summary});
  return entries(list);
}

std::string programHelp(const std::vector<Noun>& nouns) {
  Syntax globals;
  Globals storage;
  bindGlobals(globals, storage);
  std::vector<Entry> shown = options(globals);
  shown.push_back({"-h, --help", "help for what was named so far"});
  shown.push_back({"    --version", "print the version"});
  return fmt::format(
             "sotctl {}: operates NetBox and Nautobot: look, back up, restore, undo\n\n"
             "Usage: sotctl [global options] NOUN VERB [options]\n\nNouns:\n{}",
             core::version(), nounList(nouns)) +
         section("Global options, before or after NOUN VERB", shown) +
         section("Exit status", exitEntries(allExits())) +
         "\n`sotctl help NOUN` lists its verbs, `sotctl help NOUN VERB` explains one.\n";
}

std::string nounHelp(const Noun& noun) {
  if (isPlain(noun)) return verbHelp(noun, noun.verbs[0]);
  return fmt::format("sotctl {}: {}\n\nUsage: sotctl {} VERB [options]\n\nVerbs:\n{}", noun.name,
                     noun.summary, noun.name, verbList(noun)) +
         section("Exit status", exitEntries(allExits())) +
         fmt::format("\n`sotctl help {} VERB` explains one.\n", noun.name);
}

std::string verbHelp(const Noun& noun, const Verb& verb) {
  Syntax syntax;
  // The run function owns the storage that the syntax refers to.
  const auto run = verb.bind(syntax);
  const std::string name = verb.name.empty() ? noun.name : noun.name + " " + verb.name;
  std::string text =
      fmt::format("sotctl {}: {}\n\n{}", name, verb.summary, usage(noun, verb, syntax));
  if (!verb.description.empty()) {
    text +=
        "\n" + core::join(wrapped(std::string(core::trim(verb.description)), kWidth), "\n") + "\n";
  }
  text += section("Arguments", arguments(syntax)) + section("Options", options(syntax));
  if (!verb.examples.empty()) text += "\nExamples:\n";
  for (const std::string& example : verb.examples) text += "  " + example + "\n";
  text += section("Exit status", exitEntries(exitsOf(verb)));
  return text +
         "\nGlobal options (--instance, --dry-run, --output and more) are listed by `sotctl "
         "help`.\n";
}

}  // namespace commands
