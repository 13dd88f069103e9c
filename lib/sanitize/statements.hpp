#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/sanitize/plan.hpp"
#include "lib/sanitize/pseudonyms.hpp"

namespace sanitize {

/// What stands outside of tables: passwords and settings of roles, options of foreign servers,
/// comments, large objects, statistics. Statements that belong in no dump are refused: whoever
/// restores the copy would run them. For one thread.
class Statements {
 public:
  struct Options {
    bool keep_large_objects = false;
    bool keep_comments = false;
  };
  Statements(std::string_view key, Options options) : pseudonyms_(key), options_(options) {}

  /// The statement as it goes into the copy; empty if it is left out. Errors: refused.
  std::string rewrite(std::string_view statement, const Plan& plan);
  /// What was left out or changed, in words, with its number.
  const std::map<std::string, std::uint64_t>& notes() const { return notes_; }

 private:
  std::string note(const std::string& what, std::string kept = {});
  std::string role(std::string_view statement);
  std::string withoutOptions(std::string_view statement, const std::string& what);
  std::string createTable(std::string_view statement, const Plan& plan);

  Pseudonyms pseudonyms_;
  Options options_;
  std::map<std::string, std::uint64_t> notes_;
};

/// "CREATE TABLE", "ALTER ROLE": what kind of statement it is, for places in reports.
std::string statementKind(std::string_view statement);

}  // namespace sanitize
