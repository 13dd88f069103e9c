#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commands/verb.hpp"

namespace commands {

/// One option or positional argument, as parser, help and completion see it.
struct Parameter {
  std::vector<std::string> names;  // "--jobs", "-j"; for a positional argument its placeholder
  std::string value;               // placeholder of the value; empty for a flag
  std::string help;
  std::vector<std::string> words{};  // closed list of values, if there is one
  bool positional = false;
  bool required = false;
  bool repeated = false;
  /// Takes one value ("" for a flag). Errors: usage, naming the option and the value.
  std::function<void(const std::string&)> set;

  bool flag() const { return !positional && value.empty(); }
  /// "--jobs", the first long name; the placeholder of a positional argument.
  const std::string& mainName() const;
  /// "-j, --jobs N": for help.
  std::string inHelp() const;
};

/// The options of one command as data. What a verb's `bind` fills; parser.cpp is the only one that
/// turns it into the parser's own terms.
class Syntax : public Arguments {
 public:
  void flag(const std::string& names, bool& to, const std::string& help) override;
  void option(const std::string& names, const std::string& value, std::string& to,
              const std::string& help) override;
  void option(const std::string& names, const std::string& value, std::optional<std::string>& to,
              const std::string& help) override;
  void option(const std::string& names, const std::string& value, std::vector<std::string>& to,
              const std::string& help) override;
  void option(const std::string& names, const std::string& value, int& to,
              const std::string& help) override;
  void option(const std::string& names, const std::string& value, std::optional<core::Duration>& to,
              const std::string& help) override;
  void size(const std::string& names, const std::string& value, std::uint64_t& to,
            const std::string& help) override;
  void choice(const std::string& names, const std::vector<std::string>& words, std::string& to,
              const std::string& help) override;
  void positional(const std::string& name, std::string& to, const std::string& help) override;
  void positional(const std::string& name, std::optional<std::string>& to,
                  const std::string& help) override;
  void positional(const std::string& name, std::vector<std::string>& to,
                  const std::string& help) override;
  /// A flag that counts how often it was given.
  void count(const std::string& names, int& to, const std::string& help);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// The option with this name; null if there is none.
  const Parameter* find(const std::string& name) const;

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace commands
