#include "lib/database/sequences.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace database {
namespace {

constexpr std::size_t kAtOnce = 40;  // asked for in one statement

constexpr const char* kOwned =
    "SELECT format('%I.%I', sn.nspname, s.relname) AS sequence, "
    "format('%I.%I', tn.nspname, t.relname) AS place, a.attname AS field, "
    "q.seqincrement AS step FROM pg_class s JOIN pg_namespace sn ON sn.oid = s.relnamespace "
    "JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_depend d ON d.objid = s.oid AND d.classid "
    "= 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') "
    "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
    "WHERE q.seqincrement > 0 AND NOT q.seqcycle ORDER BY 1";

/// One row for each of some sequences: its place in `owned`, its next value, the column's largest.
std::string valuesOf(const ports::SqlRows& owned, std::size_t from) {
  std::string sql;
  for (std::size_t i = from; i < owned.size() && i < from + kAtOnce; ++i) {
    sql += fmt::format(
        "{}SELECT {} AS i, (SELECT last_value + CASE WHEN is_called THEN {} ELSE 0 END FROM {}) "
        "AS next, (SELECT max({})::bigint FROM {}) AS largest",
        sql.empty() ? "" : " UNION ALL ", i, owned.number(i, "step"), owned.text(i, "sequence"),
        ports::sqlName(owned.text(i, "field")), owned.text(i, "place"));
  }
  return sql;
}

}  // namespace

std::vector<SequenceState> sequenceStates(ports::Sql& session) {
  const ports::SqlRows owned = session.query(kOwned);
  std::vector<SequenceState> states;
  for (std::size_t i = 0; i < owned.size(); ++i) {
    states.push_back({owned.text(i, "sequence"),
                      owned.text(i, "place") + "." + owned.text(i, "field"),
                      owned.number(i, "step")});
  }
  for (std::size_t from = 0; from < owned.size(); from += kAtOnce) {
    const ports::SqlRows rows = session.query(valuesOf(owned, from));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      SequenceState& state = states.at(static_cast<std::size_t>(rows.number(row, "i")));
      state.next = rows.number(row, "next");
      if (!rows.isNull(row, "largest")) state.largest = rows.number(row, "largest");
    }
  }
  return states;
}

std::vector<std::string> behindInWords(const std::vector<SequenceState>& states) {
  std::vector<std::string> words;
  for (const SequenceState& state : states) {
    if (!state.behind()) continue;
    words.push_back(fmt::format("{} gets {} next and has {}", core::printable(state.column),
                                state.next, *state.largest));
  }
  return words;
}

}  // namespace database
