#include "lib/dump/plain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace dump {

namespace {

/// Whether a command's line has nothing but words and names: a second backslash would begin
/// another command, and psql runs what stands between backquotes.
bool harmless(std::string_view line) {
  bool inside = false;  // of a quoted name
  for (const char c : line) {
    if (c == '"') inside = !inside;
    if (c == '`' || (c == '\\' && !inside)) return false;
  }
  return true;
}

}  // namespace

std::shared_ptr<Block> BlockPool::take() {
  std::unique_ptr<Block> block;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      block = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!block) block = std::make_unique<Block>();
  return {block.release(), [pool = shared_from_this()](Block* used) { pool->give(used); }};
}

void BlockPool::give(Block* block) {
  std::unique_ptr<Block> owned(block);
  constexpr std::size_t kMostKept = 32;
  const std::lock_guard lock(mutex_);
  // One that grew for a huge row is not worth keeping.
  if (free_.size() < kMostKept && owned->size() <= 2 * PlainReader::kPieceBytes) {
    free_.push_back(std::move(owned));
  }
}

PlainReader::PlainReader(core::Source& text, std::string name, std::size_t block_bytes)
    : text_(text), name_(std::move(name)), block_bytes_(block_bytes), block_(pool_->take()) {}

void PlainReader::refuse(const std::string& what, const std::string& hint) const {
  throw core::Error(core::Kind::refused, fmt::format("{}, byte {}: {}", name_, given_, what), hint);
}

void PlainReader::cut(const std::string& where) const {
  throw core::Error(core::Kind::corrupt,
                    fmt::format("{} is cut short: it ends inside {}", name_, where),
                    "Get the whole dump again, and compare the sizes.");
}

/// Fills the block up to its size, or gets one twice as large if it is full already; what was not
/// taken yet stays. False at the end of the text.
bool PlainReader::readMore() {
  if (ended_) return false;
  const std::size_t left = end_ - at_;
  const std::size_t goal = std::max(block_bytes_, left >= wanted_ ? 2 * left : wanted_);
  if (goal > kLongestPiece) cut("a row or statement of more than 1 GiB");
  // A bomb of zeros ends here, and not where the memory does.
  if (left >= kSuspicious && block_->find('\0', at_) < end_) cut("something that is no text");
  if (block_.use_count() > 1 || block_->size() < goal) {
    std::shared_ptr<Block> fresh = pool_->take();
    if (fresh->size() < goal) fresh->resize(goal);
    std::memcpy(fresh->data(), block_->data() + at_, left);
    block_ = std::move(fresh);
  } else if (at_ > 0) {
    std::memmove(block_->data(), block_->data() + at_, left);
  }
  at_ = 0;
  end_ = left;
  wanted_ = goal;
  while (end_ < goal) {
    const std::size_t got = text_.read({block_->data() + end_, goal - end_});
    if (got == 0) {
      ended_ = true;
      break;
    }
    end_ += got;
  }
  return end_ > left;
}

void PlainReader::give(Piece& piece, PieceKind kind, std::size_t bytes) {
  piece.kind = kind;
  piece.bytes = std::string_view(*block_).substr(at_, bytes);
  piece.keep = block_;
  piece.at = given_;
  at_ += bytes;
  wanted_ = 0;
  given_ += bytes;
}

bool PlainReader::next(Piece& piece) {
  piece = Piece();
  if (at_ == end_ && !readMore()) {
    if (in_rows_) cut("the rows of " + head_.table.key());
    return false;
  }
  if (in_rows_) {
    nextRows(piece);
    return true;
  }
  return nextSql(piece);
}

void PlainReader::nextRows(Piece& piece) {
  while (true) {
    const std::string_view text = rest();
    // A tail without line feed waits for the rest of its line.
    const std::size_t feed = text.rfind('\n');
    if (feed == std::string_view::npos && !ended_) {
      if (!readMore() && !ended_) break;
      continue;
    }
    const std::size_t whole = feed == std::string_view::npos ? 0 : feed + 1;
    const std::size_t end = findRowsEnd(text.substr(0, whole));
    if (end == 0) {
      give(piece, PieceKind::end, text.find('\n') + 1);
      in_rows_ = false;
      return;
    }
    if (end != std::string_view::npos || whole > 0) {
      give(piece, PieceKind::rows, end != std::string_view::npos ? end : whole);
      return;
    }
    if (text == "\\.") {  // psql takes the end of the file for the end of the line
      give(piece, PieceKind::end, text.size());
      in_rows_ = false;
      return;
    }
    break;
  }
  cut("the rows of " + head_.table.key());
}

bool PlainReader::nextSql(Piece& piece) {
  bool unfinished = false;
  std::size_t begin = skipSpace(rest(), 0, unfinished);
  while (unfinished && begin == 0 && readMore()) begin = skipSpace(rest(), 0, unfinished);
  if (unfinished && begin == 0) {
    if (rest().starts_with("--")) {  // a last line without its feed
      give(piece, PieceKind::space, rest().size());
      return true;
    }
    if (rest().size() > 1) cut("a comment");
  }
  if (begin > 0) {
    give(piece, PieceKind::space, begin);
    return true;
  }
  if (rest()[0] == '\\') {
    nextCommand(piece);
  } else {
    nextStatement(piece);
  }
  return true;
}

void PlainReader::nextCommand(Piece& piece) {
  std::size_t feed = rest().find('\n');
  while (feed == std::string_view::npos && readMore()) feed = rest().find('\n');
  const std::size_t bytes = feed == std::string_view::npos ? rest().size() : feed + 1;
  const std::string_view line = rest().substr(0, bytes);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r\n"));
  if (word != "\\connect" && word != "\\restrict" && word != "\\unrestrict") {
    refuse(fmt::format("{} is a command for psql that pg_dump does not write",
                       core::printable(word.substr(0, 40))),
           "Look at that line: whoever restores the file would run it.");
  }
  if (!harmless(line.substr(1))) {
    refuse("a command for psql that would run another one",
           "Look at that line: whoever restores the file would run it.");
  }
  give(piece, PieceKind::command, bytes);
}

void PlainReader::nextStatement(Piece& piece) {
  StatementLexer lexer;
  std::size_t end = lexer.find(rest());
  while (end == StatementLexer::npos) {
    // The lexer goes on where it was: what was not taken stays in front.
    if (!readMore()) {
      const std::string open = lexer.open();
      cut(open.empty() ? "a statement" : open);
    }
    end = lexer.find(rest());
  }
  if (lexer.sawCommand()) {
    refuse("a backslash in the middle of a statement: psql takes what follows for a command",
           "Look at that line: whoever restores the file would run it.");
  }
  const std::string_view statement = rest().substr(0, end);
  const bool copy = statement.size() > 5 && (statement[4] == ' ' || statement[4] == '(') &&
                    (statement.starts_with("COPY") || statement.starts_with("copy"));
  if (!copy) {
    give(piece, PieceKind::statement, end);
    return;
  }
  readCopy(statement);
  while (rest().size() <= end + 1 && readMore()) {
  }
  if (rest().substr(end).starts_with("\r\n")) {
    carriage_returns_ = true;
    ++end;
  }
  if (!rest().substr(end).starts_with("\n")) {
    refuse("something follows COPY on its line", "pg_dump writes nothing there.");
  }
  give(piece, PieceKind::copy, end + 1);
  in_rows_ = true;
}

void PlainReader::readCopy(std::string_view statement) {
  try {
    head_ = copyHead(statement);
  } catch (const core::Error& error) {
    refuse(error.what(), error.hint());
  }
}

CopyHead copyHead(std::string_view statement) {
  const auto refused = [](const char* what, const char* hint) {
    return core::Error(core::Kind::refused, what, hint);
  };
  const std::vector<Token> all = tokens(statement);
  CopyHead head;
  std::size_t at = 1;
  if (all.size() < 4 || !all[0].is("copy") || all[1].symbol('(')) {
    throw refused("a COPY that takes no rows", "Such a statement belongs in no dump.");
  }
  head.table = qualifiedName(all, at);
  if (at < all.size() && all[at].symbol('(')) {
    for (++at; at < all.size() && !all[at].symbol(')'); ++at) {
      if (all[at].kind == TokenKind::word || all[at].kind == TokenKind::name) {
        head.columns.push_back(all[at].value);
      } else if (!all[at].symbol(',')) {
        throw refused("COPY with something else than names of columns", "");
      }
    }
    ++at;
  }
  if (at + 1 >= all.size() || !all[at].is("from") || !all[at + 1].is("stdin")) {
    throw refused("COPY to or from a file or program",
                  "Such a statement belongs in no dump: whoever restores it would run it.");
  }
  if (at + 2 >= all.size() || !all[at + 2].symbol(';')) {
    throw refused("COPY with options (CSV or another format)",
                  "Make the dump with pg_dump, which writes COPY in text format.");
  }
  return head;
}

std::size_t findRowsEnd(std::string_view text) {
  const auto isEnd = [&](std::size_t at) {
    return text.substr(at, 3) == "\\.\n" || text.substr(at, 4) == "\\.\r\n";
  };
  if (isEnd(0)) return 0;
  // "\n\\." is rare (a row that begins with a value's escape), so each find is worth a look.
  for (std::size_t at = text.find("\n\\."); at != std::string_view::npos;
       at = text.find("\n\\.", at + 1)) {
    if (isEnd(at + 1)) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace dump
