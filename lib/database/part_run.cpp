#include "lib/database/part_run.hpp"

#include <thread>

namespace database {

PartRun::PartRun(std::vector<TablePlan>& tables, int server_version, core::Progress& progress,
                 const core::Cancellation& cancellation)
    : tables_(tables),
      parts_(cutTables(tables, server_version)),
      progress_(progress),
      cancellation_(cancellation) {
  for (const TablePart& part : parts_) bytes_total_ += part.bytes;
}

void PartRun::carryOut(Snapshot& snapshot, int jobs, const Read& read) {
  if (parts_.empty()) return;
  // Opened one after the other and by this thread: opening may have to change the account.
  std::vector<std::unique_ptr<ports::Sql>> sessions;
  for (int i = 0; i < jobs; ++i) sessions.push_back(snapshot.join());
  std::vector<std::thread> threads;
  for (auto& session : sessions) {
    threads.emplace_back([this, &snapshot, &session, &read] { work(snapshot, session, read); });
  }
  for (std::thread& thread : threads) thread.join();
  if (failure_) std::rethrow_exception(failure_);
}

void PartRun::work(Snapshot& snapshot, std::unique_ptr<ports::Sql>& session, const Read& read) {
  try {
    for (std::size_t at = next_++; at < parts_.size(); at = next_++) {
      cancellation_.check();
      const TablePart& part = parts_[at];
      try {
        readPart(*session, part, read);
      } catch (const ports::SqlError& error) {
        cancellation_.check();
        if (!session->alive()) throw;
        give(part.table, error.what());
        const std::lock_guard lock(mutex_);
        session = snapshot.join();  // the failed statement ended the transaction
      }
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    next_ = parts_.size();
  }
}

void PartRun::readPart(ports::Sql& session, const TablePart& part, const Read& read) {
  read(session, part);
  const std::lock_guard lock(mutex_);
  bytes_done_ += part.bytes;
  progress_.at("measuring tables", bytes_done_, bytes_total_);
}

/// The table could not be read, in whole or in part.
void PartRun::give(std::size_t table, const std::string& unknown) {
  const std::lock_guard lock(mutex_);
  tables_[table].readable = false;
  tables_[table].facts.unknown = unknown;
}

}  // namespace database
