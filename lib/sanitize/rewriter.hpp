#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/sanitize/json_text.hpp"
#include "lib/sanitize/plan.hpp"
#include "lib/sanitize/pseudonyms.hpp"

namespace sanitize {

/// One known account in the copy, for CI: the first superuser gets this name and password hash.
struct Login {
  std::string user;
  std::string password_hash;  // as Django stores it
  std::string row;            // id of the user's row; empty: no such account
};

/// What was seen and changed, by the plan's counters.
struct Tally {
  std::uint64_t seen = 0;
  std::uint64_t changed = 0;
};

/// Rewrites rows as a plan says. Holds buffers that are used again: for one thread.
class Rewriter {
 public:
  Rewriter(const Plan& plan, std::string_view key, Login login);

  /// Appends whole rows of COPY text, rewritten, to `to`. Errors: corrupt (a row with another
  /// number of fields, JSON that is none), naming the table.
  void rows(const TablePlan& table, std::string_view rows, std::string& to);
  /// The same for one row whose values are decoded already (of an INSERT): replaces them. A value
  /// without text is NULL.
  void values(const TablePlan& table, std::vector<std::optional<std::string>>& values);
  /// Counters by the plan's numbers; grows as tables come.
  const std::vector<Tally>& tallies() const { return tallies_; }
  std::uint64_t unknownJsonKeys() const { return unknown_json_keys_; }

 private:
  /// Fields of the row at hand, decoded on demand.
  struct Row {
    const TablePlan* table;
    const std::vector<std::string_view>* fields;
    bool decoded;  // the fields are values, not COPY text
    std::string_view field(int index) const {
      return index < 0 || static_cast<std::size_t>(index) >= fields->size()
                 ? std::string_view()
                 : (*fields)[static_cast<std::size_t>(index)];
    }
  };
  enum class Result { same, null, changed };

  void row(const TablePlan& table, std::string_view row, std::string& to);
  Result treat(const Row& row, const ColumnPlan& column, std::string_view value);
  void password(std::string_view value);
  Tally& tally(std::size_t counter);

  // JSON
  void json(std::string_view text, const JsonPlan* plan, Action action, std::string& to);
  void object(JsonCursor& cursor, const JsonPlan& plan);
  void leaf(JsonCursor& cursor, const JsonPlan::Key& key, std::string_view object);
  void blank(JsonCursor& cursor, bool null);
  void replace(JsonCursor& cursor, std::size_t begin, std::string_view with);
  void pseudonymLeaf(JsonCursor& cursor, Format format);
  void repr(const Row& row, std::string_view value);
  void ipBytes(const Row& row, const ColumnPlan& column, std::string_view value);

  const Plan& plan_;
  Pseudonyms pseudonyms_;
  std::string password_key_;
  Login login_;
  std::vector<Tally> tallies_;
  std::uint64_t unknown_json_keys_ = 0;
  std::vector<std::string_view> fields_;
  std::string value_;    // result of treat()
  std::string decoded_;  // of the field at hand
  std::string sibling_;
  std::string text_;  // decoded JSON string
  std::string pseudonym_;
  std::string_view json_;    // text that is rewritten
  std::size_t flushed_ = 0;  // how far it is in json_to_
  std::string* json_to_ = nullptr;
  int depth_ = 0;
};

}  // namespace sanitize
