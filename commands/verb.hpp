#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/time.hpp"

namespace commands {

class Context;

/// What a verb binds its options to. Implemented once over the parser (commands/parser.cpp), so
/// that no verb includes the parser's heavy header. `names` as in "--to" or "-j,--jobs"; `value` is
/// the placeholder in help ("FILE"); every text is kept.
class Arguments {
 public:
  virtual ~Arguments() = default;
  virtual void flag(const std::string& names, bool& to, const std::string& help) = 0;
  virtual void option(const std::string& names, const std::string& value, std::string& to,
                      const std::string& help) = 0;
  virtual void option(const std::string& names, const std::string& value,
                      std::optional<std::string>& to, const std::string& help) = 0;
  virtual void option(const std::string& names, const std::string& value,
                      std::vector<std::string>& to, const std::string& help) = 0;
  virtual void option(const std::string& names, const std::string& value, int& to,
                      const std::string& help) = 0;
  /// "2h", "15min"; a bare number is a usage error.
  virtual void option(const std::string& names, const std::string& value,
                      std::optional<core::Duration>& to, const std::string& help) = 0;
  /// A size: "100MB", "2GiB", "4096".
  virtual void size(const std::string& names, const std::string& value, std::uint64_t& to,
                    const std::string& help) = 0;
  /// One of a closed list of words; anything else is a usage error that lists them.
  virtual void choice(const std::string& names, const std::vector<std::string>& words,
                      std::string& to, const std::string& help) = 0;
  virtual void positional(const std::string& name, std::string& to, const std::string& help) = 0;
  virtual void positional(const std::string& name, std::optional<std::string>& to,
                          const std::string& help) = 0;
  virtual void positional(const std::string& name, std::vector<std::string>& to,
                          const std::string& help) = 0;
};

/// One line of "Exit status" in a verb's help: the number and when this verb gives it.
struct ExitLine {
  int status;
  std::string when;
};

/// One subcommand as the parser, help, completion and the documents see it.
struct Verb {
  std::string name;         // "verify"; empty for a noun without verbs (doctor)
  std::string summary;      // one line, lower case, no full stop
  std::string description;  // paragraphs
  std::vector<std::string> examples;
  std::vector<ExitLine> exits;  // 0, 1, 2 and 70 are added by help itself
  /// Binds options to fresh storage and gives the run function that owns it.
  std::function<std::function<int(Context&)>(Arguments&)> bind;
};

struct Noun {
  std::string name;
  std::string summary;
  std::vector<Verb> verbs;  // exactly one with an empty name for a noun without verbs
};

/// Puts a verb together from its parts: `bind(Arguments&, Options&)` and `run(Context&, const
/// Options&)`, which gives the exit status.
template <typename Options>
Verb makeVerb(Verb parts, void (*bind)(Arguments&, Options&),
              int (*run)(Context&, const Options&)) {
  parts.bind = [bind, run](Arguments& arguments) -> std::function<int(Context&)> {
    auto options = std::make_shared<Options>();
    bind(arguments, *options);
    return [options, run](Context& context) { return run(context, *options); };
  };
  return parts;
}

}  // namespace commands
