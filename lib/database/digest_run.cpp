#include "lib/database/digest_run.hpp"

#include <algorithm>
#include <thread>

namespace database {

DigestRun::DigestRun(std::vector<TablePlan>& tables, int server_version, core::Progress& progress,
                     const core::Cancellation& cancellation)
    : tables_(tables),
      parts_(cutTables(tables, server_version)),
      totals_(tables.size()),
      progress_(progress),
      cancellation_(cancellation) {
  for (const TablePart& part : parts_) bytes_total_ += part.bytes;
}

void DigestRun::carryOut(Snapshot& snapshot, int jobs) {
  // Opened one after the other and by this thread: opening may have to change the account.
  std::vector<std::unique_ptr<ports::Sql>> sessions;
  for (int i = 0; i < jobs; ++i) sessions.push_back(snapshot.join());
  std::vector<std::thread> threads;
  for (auto& session : sessions) {
    threads.emplace_back([this, &snapshot, &session] { work(snapshot, session); });
  }
  for (std::thread& thread : threads) thread.join();
  if (failure_) std::rethrow_exception(failure_);
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    TablePlan& table = tables_[i];
    if (!table.readable) continue;
    table.facts.rows = totals_[i].rows;
    if (table.stable) table.facts.digest = format(totals_[i].digest);
  }
}

void DigestRun::work(Snapshot& snapshot, std::unique_ptr<ports::Sql>& session) {
  try {
    for (std::size_t at = next_++; at < parts_.size(); at = next_++) {
      cancellation_.check();
      const TablePart& part = parts_[at];
      try {
        read(*session, part);
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

void DigestRun::read(ports::Sql& session, const TablePart& part) {
  const TablePlan& table = tables_[part.table];
  const ports::SqlRows rows = session.query(partQuery(table, part));
  const std::lock_guard lock(mutex_);
  Total& total = totals_[part.table];
  total.rows += rows.number(0, "rows");
  if (table.stable) total.digest += parse(rows.text(0, "digest"));
  bytes_done_ += part.bytes;
  progress_.at("measuring tables", bytes_done_, bytes_total_);
}

/// The table could not be read, in whole or in part.
void DigestRun::give(std::size_t table, const std::string& unknown) {
  const std::lock_guard lock(mutex_);
  tables_[table].readable = false;
  tables_[table].facts.unknown = unknown;
}

DigestRun::Sum DigestRun::parse(const std::string& digits) {
  const bool negative = !digits.empty() && digits[0] == '-';
  Sum sum = 0;
  for (std::size_t i = negative ? 1 : 0; i < digits.size(); ++i) sum = sum * 10 + (digits[i] - '0');
  return negative ? -sum : sum;
}

std::string DigestRun::format(Sum sum) {
  const bool negative = sum < 0;
  std::string digits;
  do {
    const int digit = static_cast<int>(sum % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    sum /= 10;
  } while (sum != 0);
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace database
