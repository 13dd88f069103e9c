#include "commands/words.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

Words optionNames(const Syntax& syntax) {
  Words names{"--help", "--version"};
  for (const Parameter& parameter : syntax.parameters()) {
    if (!parameter.positional) names.push_back(parameter.mainName());
  }
  return names;
}

}  // namespace

void usageError(const std::string& what, const std::string& hint) {
  throw core::Error(core::Kind::usage, what, hint);
}

std::string didYouMean(const std::string& word, const Words& candidates) {
  const Words near = core::nearest(word, candidates);
  return near.empty() ? "" : fmt::format("Did you mean {}? ", core::join(near, " or "));
}

std::optional<std::size_t> WordFinder::next() {
  while (at_ < words_.size()) {
    const std::string& word = words_[at_++];
    if (word.size() < 2 || word[0] != '-') return at_ - 1;
    if (word.starts_with("--")) {
      longOption(word);
    } else {
      shortOptions(word);
    }
  }
  return std::nullopt;
}

void WordFinder::longOption(const std::string& word) {
  const auto equals = word.find('=');
  const std::string name = word.substr(0, equals);
  if (name == "--help") {
    help_ = true;
  } else if (name == "--version") {
    version_ = true;
  } else if (!known(name).flag() && equals == std::string::npos) {
    ++at_;
  }
}

void WordFinder::shortOptions(const std::string& word) {
  for (std::size_t letter = 1; letter < word.size(); ++letter) {
    if (word[letter] == 'h') {
      help_ = true;
    } else if (!known(std::string("-") + word[letter]).flag()) {
      // The rest of the word is the value, or the next word is.
      if (letter + 1 == word.size()) ++at_;
      return;
    }
  }
}

const Parameter& WordFinder::known(const std::string& name) const {
  if (const Parameter* found = globals_.find(name)) return *found;
  usageError(fmt::format("unknown global option {}", core::printable(name)),
             didYouMean(name, optionNames(globals_)) +
                 "Options of a verb stand behind it; `sotctl help` lists the global ones.");
}

}  // namespace commands
