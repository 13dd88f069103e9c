#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dump {

/// Whether a field of COPY text is NULL.
inline bool isNull(std::string_view field) {
  return field.size() == 2 && field[0] == '\\' && field[1] == 'N';
}

/// Decodes a field of COPY text into `to` (emptied first) and gives it; a field without escapes is
/// given as it is. Every form that COPY FROM reads: letters, octal, hexadecimal.
/// Source: "Text Format" of COPY in PostgreSQL 15's documentation.
std::string_view decodeField(std::string_view field, std::string& to);

/// Appends `value` as a field, as COPY TO writes it.
void encodeField(std::string_view value, std::string& to);

/// The fields of one row, without its line feed, into `fields` (emptied first). A table without
/// columns has none: an empty line gives one empty field.
void splitRow(std::string_view row, std::vector<std::string_view>& fields);

/// Appends `value` as an SQL string literal ('…' with doubled quotes).
void encodeLiteral(std::string_view value, std::string& to);

/// Whether `text` is valid UTF-8. Fast on ASCII.
bool validUtf8(std::string_view text);

}  // namespace dump
