#include <algorithm>

#include "lib/out/output.hpp"
#include "lib/out/width.hpp"

namespace out {
namespace {

std::string spaces(std::size_t count) { return std::string(count, ' '); }

}  // namespace

Table::Table(std::vector<std::string> heads)
    : heads_(std::move(heads)), right_(heads_.size(), false) {}

void Table::alignRight(std::size_t column) { right_.at(column) = true; }

void Table::add(std::vector<std::string> row) {
  row.resize(heads_.size());
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const std::string& head : heads_) widths.push_back(displayWidth(head));
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], displayWidth(row[column]));
    }
  }
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string made;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (column > 0) made += "  ";
      const std::string gap = spaces(widths[column] - displayWidth(cells[column]));
      made += right_[column] ? gap + cells[column] : cells[column] + gap;
    }
    made.erase(made.find_last_not_of(' ') + 1);
    text += made + "\n";
  };
  const bool headed = std::any_of(heads_.begin(), heads_.end(),
                                  [](const std::string& head) { return !head.empty(); });
  if (headed) line(heads_);
  for (const auto& row : rows_) line(row);
  return text;
}

std::string paint(Paint kind, std::string_view text, bool color) {
  if (!color || text.empty()) return std::string(text);
  const char* code = "";
  switch (kind) {
    case Paint::good:
      code = "32";
      break;
    case Paint::bad:
      code = "31";
      break;
    case Paint::careful:
      code = "33";
      break;
    case Paint::faint:
      code = "2";
      break;
    case Paint::strong:
      code = "1";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace out
