#include <fmt/format.h>
#include <poll.h>

#include <charconv>

#include "lib/adapters/postgres_error.hpp"
#include "lib/adapters/postgres_session.hpp"

namespace adapters {
namespace {

using std::chrono::steady_clock;

constexpr auto kTimeToEnd = std::chrono::seconds(5);
constexpr auto kTimeToListen = std::chrono::seconds(1);
constexpr int kTick = 100;

std::int64_t rowsOf(PGresult* result) {
  const std::string_view count = PQcmdTuples(result);
  std::int64_t rows = 0;
  std::from_chars(count.data(), count.data() + count.size(), rows);
  return rows;
}

}  // namespace

std::int64_t PostgresSession::copyOut(std::string_view sql, core::Sink& sink) {
  startCopy(sql, PGRES_COPY_OUT);
  try {
    // The server sends one message per row; a sink gets them in blocks.
    std::string gathered;
    char* row = nullptr;
    int bytes = 0;
    while ((bytes = nextBlock(&row)) >= 0) {
      gathered.append(row, static_cast<std::size_t>(bytes));
      PQfreemem(row);
      if (gathered.size() < core::kBlockBytes / 2) continue;
      sink.write(gathered);
      gathered.clear();
    }
    if (!gathered.empty()) sink.write(gathered);
  } catch (...) {
    abandonCopy();
    throw;
  }
  return endOfCopy();
}

std::int64_t PostgresSession::copyIn(std::string_view sql, core::Source& source) {
  startCopy(sql, PGRES_COPY_IN);
  try {
    std::vector<char> block(core::kBlockBytes);
    while (const std::size_t got = source.read(block)) send({block.data(), got});
    while (PQputCopyEnd(raw(), nullptr) == 0) waitForServer(POLLOUT);
    flush();
  } catch (...) {
    abandonCopy();
    throw;
  }
  return endOfCopy();
}

void PostgresSession::startCopy(std::string_view sql, ExecStatusType wanted) {
  refuseLost();
  cancellation_.check();
  const StatementWatch::Section section(watch_);
  const Result result(PQexec(raw(), std::string(sql).c_str()), PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN) {
    PQsetnonblocking(raw(), 1);
    if (status == wanted) return;
    abandonCopy();
    throw std::logic_error(fmt::format("a COPY in the wrong direction: {}", sql));
  }
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    throw std::logic_error(fmt::format("no COPY: {}", sql));
  }
  fail(PQerrorMessage(raw()));
}

/// Bytes of the next message; -1 after the last one, or after an error that endOfCopy() will tell.
int PostgresSession::nextBlock(char** block) {
  while (true) {
    const int bytes = PQgetCopyData(raw(), block, 1);
    if (bytes != 0) return bytes;
    waitForServer(POLLIN);
    if (PQconsumeInput(raw()) == 0) fail(PQerrorMessage(raw()));
  }
}

void PostgresSession::send(std::string_view bytes) {
  while (true) {
    const int taken = PQputCopyData(raw(), bytes.data(), static_cast<int>(bytes.size()));
    if (taken == 1) break;
    // What the server said while it still listened is told at the end of COPY.
    if (taken < 0) fail(PQerrorMessage(raw()));
    waitForServer(POLLOUT);
  }
  flush();
}

/// Without this, libpq would gather everything in memory when the server is the slower side.
void PostgresSession::flush() {
  int left = 0;
  while ((left = PQflush(raw())) == 1) {
    waitForServer(POLLOUT | POLLIN);
    if (PQconsumeInput(raw()) == 0) fail(PQerrorMessage(raw()));
  }
  if (left < 0) fail(PQerrorMessage(raw()));
}

void PostgresSession::waitForServer(short events) {
  while (true) {
    if (cancellation_.requested()) throw interruptedError(target_);
    pollfd wait{PQsocket(raw()), events, 0};
    if (poll(&wait, 1, kTick) > 0) return;
  }
}

/// Takes the results that close a COPY and gives its number of rows.
std::int64_t PostgresSession::endOfCopy() {
  std::int64_t rows = 0;
  std::string message;  // the first error
  try {
    while (true) {
      while (PQisBusy(raw()) != 0) {
        waitForServer(POLLIN);
        if (PQconsumeInput(raw()) == 0) break;
      }
      const Result result(PQgetResult(raw()), PQclear);
      if (!result) break;
      rows += rowsOf(result.get());
      if (message.empty()) message = PQresultErrorMessage(result.get());
    }
  } catch (...) {
    abandonCopy();
    throw;
  }
  PQsetnonblocking(raw(), 0);
  if (!message.empty()) fail(message);
  return rows;
}

/// Ends a COPY in the middle and keeps the session, if the server answers in time.
void PostgresSession::abandonCopy() {
  const auto begun = steady_clock::now();
  bool told = false;
  bool cancelled = false;
  bool over = false;
  while (!over && PQstatus(raw()) == CONNECTION_OK && steady_clock::now() - begun < kTimeToEnd) {
    const int put = told ? 0 : PQputCopyEnd(raw(), "given up by sotctl");
    told = told || put != 0;
    // A COPY out can only be cancelled; a COPY in that is blocked on something, too.
    if (!cancelled && (put < 0 || steady_clock::now() - begun > kTimeToListen)) {
      cancelled = true;
      canceller_.cancel();
    }
    PQflush(raw());
    over = dropResults();
    pollfd wait{PQsocket(raw()), POLLIN, 0};
    if (!over && poll(&wait, 1, kTick) > 0 && PQconsumeInput(raw()) == 0) break;
  }
  canceller_.settle();
  PQsetnonblocking(raw(), 0);
  alive_ = over && PQstatus(raw()) == CONNECTION_OK;
}

/// Throws away what came in; true if that was the end.
bool PostgresSession::dropResults() {
  char* row = nullptr;
  while (PQgetCopyData(raw(), &row, 1) > 0) PQfreemem(row);
  while (PQisBusy(raw()) == 0) {
    const Result result(PQgetResult(raw()), PQclear);
    if (!result) return true;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) return false;
  }
  return false;
}

}  // namespace adapters
