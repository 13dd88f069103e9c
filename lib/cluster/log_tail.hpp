#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/cluster/lsn.hpp"
#include "lib/core/stream.hpp"

namespace cluster {

/// What pg_waldump prints of a log, from a place on: where the last record ends, and how many
/// transactions were committed. Source: pg_waldump of PostgreSQL 13 to 15, one record a line:
/// "rmgr: Transaction len (rec/tot): 34/ 34, tx: 736, lsn: 0/0304D6C8, prev …, desc: COMMIT …".
class LogTail : public core::Sink {
 public:
  LogTail(Lsn from, LogLayout layout) : from_(from), layout_(layout) {}
  void write(std::string_view bytes) override;

  const std::optional<Lsn>& end() const { return end_; }
  std::int64_t commits() const { return commits_; }

 private:
  void take(const std::string& line);

  Lsn from_;
  LogLayout layout_;
  std::string rest_;  // a line that is not whole yet
  std::optional<Lsn> end_;
  std::int64_t commits_ = 0;
};

}  // namespace cluster
