#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/sanitize/watch.hpp"

namespace sanitize {

/// Where an original value was found in sanitized output.
struct Leak {
  std::string where;    // "dcim_device.comments", "core_objectchange.postchange_data: serial"
  std::string origin;   // the column that it comes from: "dcim_device.serial"
  std::string digest;   // keyed; the same for the same value with the same key
  std::string table{};  // empty outside of tables
  std::string column{};
  bool json = false;  // in a value of the column's JSON, so that its keys may stay
  auto operator<=>(const Leak&) const = default;
};

struct Findings {
  std::map<Leak, std::uint64_t> leaks;  // -> occurrences
  std::uint64_t explained = 0;          // of a dense space, in a place that held another value
  std::uint64_t bytes = 0;
  void add(const Findings& other);
  std::uint64_t occurrences() const;
};

/// Looks for original values in output: in every byte of rows and statements, in whatever notation.
/// Holds buffers: for one thread.
class Search {
 public:
  /// `digest_key` keys the digests of what is found.
  Search(const Watch& watch, const Originals& originals, std::string digest_key);
  void rows(const WatchedTable& table, std::string_view rows);
  /// Statements, comments, commands; `where` says of what kind they are.
  void text(std::string_view text, const std::string& where);
  /// Values of an INSERT.
  void values(const WatchedTable& table, const std::vector<std::string_view>& values);
  const Findings& findings() const { return findings_; }

 private:
  struct Hit {
    std::uint64_t hash;
    std::uint16_t column;
  };
  /// Whether anything is found in `text`; with `hits`, what.
  bool scan(std::string_view text, std::vector<Hit>* hits);
  /// The same in every notation: escapes of COPY, JSON and URLs undone.
  bool scanNotations(std::string_view text, std::vector<Hit>* hits);
  void row(const WatchedTable& table, std::string_view row);
  void fields(const WatchedTable& table, const std::vector<std::string_view>& fields, bool decoded);
  void field(const WatchedTable& table, std::size_t index, std::string_view value,
             std::string_view object_type);
  void json(JsonCursor& cursor, const std::string& where, bool covered,
            const Watch::ObjectKeys* object);
  void report(std::string_view value, const std::string& where, bool covered);
  void found(const std::string& where, std::uint16_t column, std::uint64_t hash);
  void foundInPlace(const WatchedTable& table, std::uint16_t column, std::uint64_t hash);
  bool reprCovered(std::string_view object_type) const;

  const Watch& watch_;
  const Originals& originals_;
  std::string digest_key_;
  std::string at_table_;
  std::string at_column_;
  Findings findings_;
  Visitor visitor_;
  std::vector<std::string_view> fields_;
  std::vector<std::string_view> one_;
  std::vector<Hit> hits_;
  std::string copy_decoded_;
  std::string json_decoded_;
  std::string url_decoded_;
  std::string bytes_decoded_;
  std::string field_decoded_;
};

}  // namespace sanitize
