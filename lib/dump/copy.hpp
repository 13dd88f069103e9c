#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/stream.hpp"
#include "lib/dump/row_sum.hpp"

namespace dump {

/// How COPY text ends: in a dump with a line `\.`, after which only empty lines follow (without it
/// the producer died, whatever the packing says); from a server with its last row.
enum class CopyEnd { marked, last_row };

/// Counts and digests the rows of COPY text. Memory does not grow with the length of a row.
/// Errors of write() and finish(): corrupt, naming `name`.
class CopyRows : public core::Sink {
 public:
  CopyRows(std::string name, CopyEnd end);
  ~CopyRows() override;
  void write(std::string_view bytes) override;
  void finish() override;
  const RowSum& sum() const { return sum_; }

 private:
  struct Line;  // a line that a block's end cut

  void takeLine(std::string_view line);
  void endCutLine();
  [[noreturn]] void refuse(const std::string& what) const;

  std::string name_;
  CopyEnd end_;
  RowSum sum_;
  std::unique_ptr<Line> cut_;
  bool ended_ = false;
};

/// The columns of `COPY schema.table (a, "b c") FROM stdin;`, as pg_dump writes it; none for a
/// table without columns. Errors: corrupt.
std::vector<std::string> copyColumns(std::string_view statement);

}  // namespace dump
