#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/measure.hpp"
#include "lib/database/tables.hpp"

namespace database {

/// Counts and digests tables by several sessions at once, the biggest first.
class DigestRun {
 public:
  DigestRun(std::vector<TablePlan>& tables, int server_version, core::Progress& progress,
            const core::Cancellation& cancellation);

  /// Fills rows and digest of each readable table. Errors: unreachable, interrupted.
  void carryOut(Snapshot& snapshot, int jobs);

 private:
  __extension__ typedef __int128 Sum;
  struct Total {
    std::int64_t rows = 0;
    Sum digest = 0;
  };

  void work(Snapshot& snapshot, std::unique_ptr<ports::Sql>& session);
  void read(ports::Sql& session, const TablePart& part);
  void give(std::size_t table, const std::string& unknown);
  static Sum parse(const std::string& digits);
  static std::string format(Sum sum);

  std::vector<TablePlan>& tables_;
  std::vector<TablePart> parts_;
  std::vector<Total> totals_;
  core::Progress& progress_;
  const core::Cancellation& cancellation_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::uint64_t bytes_done_ = 0;
  std::uint64_t bytes_total_ = 0;
  std::exception_ptr failure_;
};

}  // namespace database
