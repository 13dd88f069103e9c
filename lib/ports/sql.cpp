#include "lib/ports/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace ports {
namespace {

const SqlValue& fieldOf(const SqlRows& rows, std::size_t row, std::string_view column) {
  const auto found = std::find(rows.columns.begin(), rows.columns.end(), column);
  if (found == rows.columns.end() || row >= rows.rows.size()) {
    throw std::logic_error(fmt::format("no field {} in row {} of the result", column, row));
  }
  return rows.rows[row].at(static_cast<std::size_t>(found - rows.columns.begin()));
}

}  // namespace

std::string SqlTarget::inWords() const {
  std::string words =
      fmt::format("database {} on {}:{} as {}", database, host.empty() ? "the local socket" : host,
                  port, user.empty() ? "the current user" : user);
  if (!os_user.empty()) words += fmt::format(" (by account {})", os_user);
  return words;
}

const std::string& SqlRows::text(std::size_t row, std::string_view column) const {
  static const std::string kNull;
  const SqlValue& value = fieldOf(*this, row, column);
  return value ? *value : kNull;
}

bool SqlRows::isNull(std::size_t row, std::string_view column) const {
  return !fieldOf(*this, row, column).has_value();
}

std::int64_t SqlRows::number(std::size_t row, std::string_view column) const {
  const std::string& digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw std::logic_error(fmt::format("field {} is no number: \"{}\"", column, digits));
  }
  return value;
}

bool SqlRows::boolean(std::size_t row, std::string_view column) const {
  const std::string& value = text(row, column);
  return value == "t" || value == "true";
}

void Sql::transact(const std::function<void(Sql&)>& work) {
  execute("BEGIN");
  try {
    work(*this);
    execute("COMMIT");
  } catch (...) {
    try {
      if (alive()) execute("ROLLBACK");
    } catch (const core::Error&) {
      // The first error is the one to report; a lost session has rolled back by itself.
    }
    throw;
  }
}

std::string sqlName(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos) {
    throw core::Error(core::Kind::usage, "an SQL name is empty or has a NUL byte");
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string sqlText(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw core::Error(core::Kind::usage, "an SQL text has a NUL byte");
  }
  const bool escapes = text.find('\\') != std::string_view::npos;
  std::string quoted = escapes ? " E'" : "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace ports
