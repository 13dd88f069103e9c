#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/ports/sql.hpp"

namespace database {

/// A sequence that fills a column, as it stands.
struct SequenceState {
  std::string name;    // "public.dcim_site_id_seq", quoted where the name needs it
  std::string column;  // "public.dcim_site.id"
  std::int64_t step = 1;
  std::int64_t next = 1;                  // what it gives next
  std::optional<std::int64_t> largest{};  // of the column; nothing: it has no value

  /// The next insert fails, or takes a number that is in use.
  bool behind() const { return largest && next <= *largest; }
};

/// All that count upwards and fill a column, by name. Each sequence is asked itself: pg_sequences
/// and pg_sequence_last_value() show nothing for one that setval(…, false) has set (PostgreSQL 15).
/// Errors: what the server says.
std::vector<SequenceState> sequenceStates(ports::Sql& session);

/// "public.dcim_site.id gets 3 next and has 24", one for each that is behind.
std::vector<std::string> behindInWords(const std::vector<SequenceState>& states);

}  // namespace database
