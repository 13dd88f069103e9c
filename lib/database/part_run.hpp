#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/progress.hpp"
#include "lib/database/measure.hpp"
#include "lib/database/tables.hpp"

namespace database {

/// Reads tables in parts, by several sessions of one snapshot at once, the biggest first. A table
/// that the server will not give becomes unreadable, with the reason.
class PartRun {
 public:
  /// Reads one part. Called by several threads, with a session that is its own meanwhile.
  using Read = std::function<void(ports::Sql& session, const TablePart& part)>;

  PartRun(std::vector<TablePlan>& tables, int server_version, core::Progress& progress,
          const core::Cancellation& cancellation);

  /// Errors: unreachable, interrupted, and what `read` throws besides SqlError.
  void carryOut(Snapshot& snapshot, int jobs, const Read& read);

 private:
  void work(Snapshot& snapshot, std::unique_ptr<ports::Sql>& session, const Read& read);
  void readPart(ports::Sql& session, const TablePart& part, const Read& read);
  void give(std::size_t table, const std::string& unknown);

  std::vector<TablePlan>& tables_;
  std::vector<TablePart> parts_;
  core::Progress& progress_;
  const core::Cancellation& cancellation_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::uint64_t bytes_done_ = 0;
  std::uint64_t bytes_total_ = 0;
  std::exception_ptr failure_;
};

}  // namespace database
