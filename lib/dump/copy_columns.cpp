#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/copy.hpp"

namespace dump {
namespace {

class Statement {
 public:
  explicit Statement(std::string_view text) : text_(text), rest_(text) {}

  std::vector<std::string> columns() {
    demand("COPY ");
    name();
    if (take(".")) name();
    std::vector<std::string> columns;
    if (take(" (")) {
      do {
        columns.push_back(name());
      } while (take(", "));
      demand(") ");
    } else {
      demand("  ");  // the list's place is empty
    }
    if (core::trim(rest_) != "FROM stdin;") refuse();
    return columns;
  }

 private:
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void demand(std::string_view word) {
    if (!take(word)) refuse();
  }

  std::string name() {
    std::string text = take("\"") ? quotedName() : takeUntil(rest_.find_first_of(" ,.()\""));
    if (text.empty()) refuse();
    return text;
  }

  std::string quotedName() {
    std::string text = closedPart();
    while (take("\"")) text += '"' + closedPart();  // a doubled quote stands for one
    return text;
  }

  std::string closedPart() {
    std::string part = takeUntil(rest_.find('"'));
    demand("\"");
    return part;
  }

  std::string takeUntil(std::size_t end) {
    std::string part(rest_.substr(0, end));
    rest_.remove_prefix(part.size());
    return part;
  }

  [[noreturn]] void refuse() const {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("\"{}\" is no COPY statement of pg_dump",
                                  core::printable(std::string(core::trim(text_.substr(0, 200))))));
  }

  std::string_view text_;
  std::string_view rest_;
};

}  // namespace

std::vector<std::string> copyColumns(std::string_view statement) {
  return Statement(statement).columns();
}

}  // namespace dump
