#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/stream.hpp"

namespace dump {

/// A COPY statement that loads rows: "COPY public.dcim_site (id, name) FROM stdin;".
struct CopyStatement {
  std::string schema;  // empty: not named
  std::string table;
  std::vector<std::string> columns;  // empty: not named
};

/// Nothing if the line is no such statement.
std::optional<CopyStatement> readCopyStatement(std::string_view line);

/// The fields of one row of COPY text, without its line feed; nothing is NULL.
/// Source: PostgreSQL documentation, COPY, "Text Format".
std::vector<std::optional<std::string>> copyFields(std::string_view row);

/// The values of "INSERT INTO table (columns) VALUES (…);" as pg_dump --inserts writes it: one row
/// in one line. Nothing if the line is not an INSERT of that table.
std::optional<std::vector<std::optional<std::string>>> insertedValues(std::string_view line,
                                                                      std::string_view table);

/// Splits a stream into lines. Of a line over `most` bytes only the front is kept.
class LineReader {
 public:
  LineReader(core::Source& source, std::size_t most) : source_(source), most_(most) {}
  /// The next line, without its end; nothing at the end of the stream.
  std::optional<std::string> next();

 private:
  core::Source& source_;
  std::size_t most_;
  std::vector<char> block_ = std::vector<char>(core::kBlockBytes);
  std::string_view rest_{};
  bool ended_ = false;
};

}  // namespace dump
