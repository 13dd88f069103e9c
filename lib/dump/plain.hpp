#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/stream.hpp"
#include "lib/dump/statement.hpp"

namespace dump {

/// A stretch of memory that pieces of a dump point into. Returned to its pool when the last piece
/// lets go of it.
using Block = std::string;

/// Blocks that are used again instead of being given back to the system. Safe from any thread.
class BlockPool : public std::enable_shared_from_this<BlockPool> {
 public:
  std::shared_ptr<Block> take();

 private:
  void give(Block* block);
  std::mutex mutex_;
  std::vector<std::unique_ptr<Block>> free_;
};

enum class PieceKind {
  space,      // white space and comments
  statement,  // one SQL statement with its `;`
  copy,       // the statement COPY … FROM stdin, with its line feed
  rows,       // whole lines of COPY text
  end,        // the line `\.`
  command,    // a line for psql: \connect, \restrict, \unrestrict
};

/// What a COPY statement says.
struct CopyHead {
  QualifiedName table;
  std::vector<std::string> columns;  // unquoted
};

struct Piece {
  PieceKind kind = PieceKind::space;
  std::string_view bytes;       // as in the dump
  std::shared_ptr<Block> keep;  // what `bytes` points into
  std::uint64_t at = 0;         // position of its first byte in the dump
};

/// Reads a plain dump (pg_dump, pg_dumpall) as an ordered list of pieces; their bytes, one after
/// the other, are the dump. Where pieces are cut depends on the dump alone, not on how the source
/// gives its bytes. COPY data is found only where psql would find it: not in strings, comments or
/// function bodies. For one thread.
///
/// Errors of next(): corrupt (cut in a statement or in a table's rows, no statement at all),
/// refused (commands for psql that pg_dump does not write, COPY to or from a program or a file,
/// CSV), all naming `name` and the byte.
class PlainReader {
 public:
  PlainReader(core::Source& text, std::string name, std::size_t block_bytes = kPieceBytes);
  /// False at the dump's end.
  bool next(Piece& piece);
  /// The table whose rows come; valid from its `copy` to its `end`.
  const CopyHead& head() const { return head_; }
  std::uint64_t bytes() const { return given_; }
  bool sawCarriageReturns() const { return carriage_returns_; }

  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  /// A row or statement may be this long: PostgreSQL's limit for a field.
  static constexpr std::size_t kLongestPiece = std::size_t{1} << 30;
  /// One as long as this is looked at: no text has zero bytes.
  static constexpr std::size_t kSuspicious = std::size_t{4} << 20;

 private:
  bool readMore();
  std::string_view rest() const { return std::string_view(*block_).substr(at_, end_ - at_); }
  void give(Piece& piece, PieceKind kind, std::size_t bytes);
  void nextRows(Piece& piece);
  bool nextSql(Piece& piece);
  void nextCommand(Piece& piece);
  void nextStatement(Piece& piece);
  void readCopy(std::string_view statement);
  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;
  [[noreturn]] void cut(const std::string& where) const;

  core::Source& text_;
  std::string name_;
  std::size_t block_bytes_;
  std::shared_ptr<BlockPool> pool_ = std::make_shared<BlockPool>();
  std::shared_ptr<Block> block_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t wanted_ = 0;  // bytes that the block is filled to
  bool ended_ = false;
  bool in_rows_ = false;
  bool carriage_returns_ = false;
  std::uint64_t given_ = 0;  // bytes of the pieces so far
  CopyHead head_;
};

/// Parses `COPY name [(columns)] FROM stdin;`. Errors: refused for every other COPY.
CopyHead copyHead(std::string_view statement);

/// Position of the line `\.` in whole lines: of its backslash; npos if it is not there. `text`
/// begins at a line's beginning.
std::size_t findRowsEnd(std::string_view text);

}  // namespace dump
