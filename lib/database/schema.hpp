#pragma once

#include "lib/database/facts.hpp"
#include "lib/ports/sql.hpp"

namespace database {

/// Fills `facts.schema` and `facts.rights` from the catalogues, within the session's transaction.
///
/// One digest for each table (columns, defaults, constraints, indexes, triggers, rules, policies,
/// options), view, sequence, function, type, collation and statistics object that is no member of
/// an extension. The same after dump and restore. Not noticed: comments, casts and parentheses of
/// expressions (see stableExpression), statistics targets, security labels, event triggers,
/// publications, default privileges, aggregates and operators.
void measureSchema(ports::Sql& session, Facts& facts);

}  // namespace database
