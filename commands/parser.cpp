#include "commands/parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "commands/globals.hpp"
#include "commands/help.hpp"
#include "commands/syntax.hpp"
#include "commands/words.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/core/version.hpp"

namespace commands {
namespace {

std::string lineOf(const Noun& noun, const Verb* verb) {
  return verb == nullptr || verb->name.empty() ? noun.name : noun.name + " " + verb->name;
}

const Noun& findNoun(const std::string& word, const std::vector<Noun>& nouns) {
  Words names{"help"};
  for (const Noun& noun : nouns) {
    if (noun.name == word) return noun;
    names.push_back(noun.name);
  }
  usageError(fmt::format("unknown command '{}'", core::printable(word)),
             didYouMean(word, names) + "`sotctl help` lists all of them.");
}

const Verb& findVerb(const std::string& word, const Noun& noun) {
  Words names;
  for (const Verb& verb : noun.verbs) {
    if (verb.name == word) return verb;
    names.push_back(verb.name);
  }
  usageError(fmt::format("unknown command '{} {}'", noun.name, core::printable(word)),
             didYouMean(word, names) +
                 fmt::format("Verbs of {}: {}.", noun.name, core::join(names, ", ")));
}

Request print(std::string text) { return {{}, {}, std::move(text)}; }

Request helpOn(const Words& topic, const std::vector<Noun>& nouns) {
  if (topic.empty() || topic[0] == "help") return print(programHelp(nouns));
  const Noun& noun = findNoun(topic[0], nouns);
  if (topic.size() == 1) return print(nounHelp(noun));
  if (topic.size() > 2 || isPlain(noun)) {
    usageError(fmt::format("unexpected argument '{}'", core::printable(topic.back())),
               fmt::format("Try `sotctl help {}`.", noun.name));
  }
  return print(verbHelp(noun, findVerb(topic[1], noun)));
}

/// Hands one option to CLI11, every value still as text.
CLI::Option* addTo(CLI::App& app, const Parameter& parameter) {
  if (parameter.flag()) {
    return app.add_flag_function(core::join(parameter.names, ","), [&](std::int64_t times) {
      for (; times > 0; --times) parameter.set("");
    });
  }
  const auto take = [&](const CLI::results_t& values) {
    for (const std::string& value : values) parameter.set(value);
    return true;
  };
  CLI::Option* option = app.add_option(core::join(parameter.names, ","), take);
  option->type_size(1)->type_name(parameter.value);
  option->expected(parameter.repeated ? CLI::detail::expected_max_vector_size : 1);
  // Else one `--accept A` would swallow the words behind A, and "[a,b]" would be taken apart.
  option->allow_extra_args(false);
  return option;
}

/// CLI11 run over the options of one command. Positional arguments are what it leaves over: its own
/// take values like "[a,b]" apart.
class CommandLine {
 public:
  CommandLine(const Syntax& globals, const Syntax& own, const std::string& command)
      : command_(command) {
    app_.allow_extras();
    app_.set_help_flag("-h,--help");
    app_.add_flag("--version", version_);
    for (const Syntax* syntax : {&globals, &own}) {
      for (const Parameter& parameter : syntax->parameters()) {
        if (parameter.positional) {
          places_.push_back(&parameter);
        } else {
          bound_.emplace_back(&parameter, addTo(app_, parameter));
        }
      }
    }
  }

  /// False if help was asked for. Errors: usage.
  bool parse(Words words) {
    splitEmptyValues(words);
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      return false;
    } catch (const CLI::ArgumentMismatch& error) {
      complainOfCount(error.what());
    } catch (const CLI::ParseError& error) {
      usageError(error.what(), helpHint());
    }
    refuseSwallowedOptions();
    placeArguments(app_.remaining());
    return true;
  }
  bool version() const { return version_; }

 private:
  std::string helpHint() const { return fmt::format("`sotctl help {}` explains it.", command_); }

  /// CLI11 2.1 takes the next word for the value of "--reason=".
  static void splitEmptyValues(Words& words) {
    for (std::size_t at = 0; at < words.size() && words[at] != "--"; ++at) {
      if (words[at].size() < 4 || !words[at].starts_with("--") || words[at].back() != '=') continue;
      words[at].pop_back();
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, "");
    }
  }

  /// CLI11 takes any next word for a value: `--to --dry-run` must not lose the dry run.
  void refuseSwallowedOptions() const {
    for (const auto& [parameter, option] : bound_) {
      if (parameter->flag()) continue;
      for (const std::string& value : option->results()) {
        const bool swallowed = std::any_of(bound_.begin(), bound_.end(), [&](const auto& other) {
          const Words& names = other.first->names;
          return std::find(names.begin(), names.end(), value) != names.end();
        });
        if (swallowed) complainOfMissingValue(*parameter);
      }
    }
  }

  [[noreturn]] void complainOfMissingValue(const Parameter& parameter) const {
    usageError(fmt::format("{} needs a value: {}", parameter.mainName(), parameter.value),
               helpHint());
  }

  void placeArguments(const Words& words) {
    std::size_t place = 0;
    bool filled = false;
    bool options_end = false;
    for (const std::string& word : words) {
      if (!options_end && word == "--") {
        options_end = true;
        continue;
      }
      if (!options_end && word.size() > 1 && word[0] == '-') complainOfOption(word);
      if (place == places_.size()) {
        usageError(fmt::format("unexpected argument '{}'", core::printable(word)), helpHint());
      }
      places_[place]->set(word);
      filled = places_[place]->repeated;
      if (!filled) ++place;
    }
    if (filled) ++place;
    for (; place < places_.size(); ++place) {
      const Parameter& missing = *places_[place];
      if (!missing.required) continue;
      usageError(fmt::format("{} is missing", missing.mainName()),
                 fmt::format("{} is: {}. {}", missing.mainName(), missing.help, helpHint()));
    }
  }

  [[noreturn]] void complainOfOption(const std::string& word) const {
    const std::string name = word.substr(0, word.find('='));
    Words names{"--help"};
    for (const auto& [parameter, option] : bound_) names.push_back(parameter->mainName());
    usageError(fmt::format("unknown option {}", core::printable(name)),
               didYouMean(name, names) + helpHint());
  }

  [[noreturn]] void complainOfCount(const std::string& text) const {
    for (const auto& [parameter, option] : bound_) {
      if (option->count() > 1 && !parameter->repeated && !parameter->flag()) {
        usageError(fmt::format("{} was given more than once", parameter->mainName()), helpHint());
      }
      if (text.starts_with(option->get_name() + ":")) {
        complainOfMissingValue(*parameter);
      }
    }
    usageError(text, helpHint());
  }

  std::string command_;
  CLI::App app_;
  bool version_ = false;
  std::vector<std::pair<const Parameter*, CLI::Option*>> bound_;
  std::vector<const Parameter*> places_;
};

}  // namespace

Request parse(const Words& words, const std::vector<Noun>& nouns, Globals& globals) {
  Syntax global_syntax;
  bindGlobals(global_syntax, globals);
  WordFinder finder(words, global_syntax);

  const auto noun_at = finder.next();
  if (finder.version()) return print(fmt::format("sotctl {}\n", core::version()));
  if (!noun_at) {
    if (finder.help()) return print(programHelp(nouns));
    usageError("no command was given",
               "Give one of these, or see `sotctl help`:\n" + nounList(nouns));
  }
  if (words[*noun_at] == "help") {
    Words topic;
    while (const auto at = finder.next()) topic.push_back(words[*at]);
    return helpOn(topic, nouns);
  }
  const Noun& noun = findNoun(words[*noun_at], nouns);

  Words rest = words;
  const Verb* verb = &noun.verbs.front();
  if (!isPlain(noun)) {
    const auto verb_at = finder.next();
    if (!verb_at) {
      if (finder.help()) return print(nounHelp(noun));
      usageError(fmt::format("{} needs a verb", noun.name),
                 "Give one of these:\n" + verbList(noun));
    }
    verb = &findVerb(words[*verb_at], noun);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*verb_at));
  }
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*noun_at));

  Request request{lineOf(noun, verb), {}, {}};
  Syntax own;
  request.run = verb->bind(own);
  CommandLine line(global_syntax, own, request.command);
  if (!line.parse(std::move(rest))) return print(verbHelp(noun, *verb));
  if (line.version()) return print(fmt::format("sotctl {}\n", core::version()));
  return request;
}

std::string askedOutput(const Words& words, std::string otherwise) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    const bool split = words[at] == "-o" || words[at] == "--output";
    std::string value;
    if (split && at + 1 < words.size()) value = words[at + 1];
    if (words[at].starts_with("--output=")) value = words[at].substr(9);
    if (words[at].starts_with("-o") && words[at].size() > 2) value = words[at].substr(2);
    if (!value.empty()) otherwise = value;
  }
  return otherwise;
}

}  // namespace commands
