#pragma once

#include <string>
#include <string_view>

namespace database {

/// An expression of the catalogue in a form that a dump and restore does not change: without
/// casts, parentheses and white space outside of literals, `ARRAY[` and `]` kept.
///
/// PostgreSQL prints an expression that it has parsed, and parsing that text again may put casts
/// elsewhere: `status::text = ANY (ARRAY['a'::character varying]::text[])` comes back as
/// `status::text = ANY (ARRAY['a'::character varying::text])` (seen with PostgreSQL 15 for CHECK
/// constraints over varchar). So a definition that differs in casts or parentheses alone is not
/// noticed.
std::string stableExpression(std::string_view sql);

}  // namespace database
