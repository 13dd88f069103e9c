#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/syntax.hpp"

namespace commands {

using Words = std::vector<std::string>;

[[noreturn]] void usageError(const std::string& what, const std::string& hint);

/// "Did you mean backup? ", or "" if nothing is near.
std::string didYouMean(const std::string& word, const Words& candidates);

/// Walks over global options to the next word, which is a noun or a verb. Borrows both arguments.
class WordFinder {
 public:
  WordFinder(const Words& words, const Syntax& globals) : words_(words), globals_(globals) {}

  /// Index of the next word, or nothing. Errors: usage for an option that is not a global one.
  std::optional<std::size_t> next();
  /// Whether --help or --version was walked over.
  bool help() const { return help_; }
  bool version() const { return version_; }

 private:
  void longOption(const std::string& word);
  void shortOptions(const std::string& word);
  const Parameter& known(const std::string& name) const;

  const Words& words_;
  const Syntax& globals_;
  std::size_t at_ = 0;
  bool help_ = false;
  bool version_ = false;
};

}  // namespace commands
