#include "lib/database/throw_away.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "lib/core/cipher.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace database {
namespace {

constexpr const char* kPrefix = "sotctl_throwaway_";
constexpr const char* kComment = "made by sotctl to be thrown away: nothing in it is kept";
constexpr int kLockClass = 0x736f7463;  // "sotc": no other lock of ours

std::string dropping(const std::string& name) {
  return fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", ports::sqlName(name));
}

/// As the other one was made. to_jsonb: columns that not every version has (see measure.cpp).
std::string creating(ports::Sql& session, const std::string& name, const std::string& like) {
  const ports::SqlRows rows = session.query(
      "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype, "
      "to_jsonb(d) ->> 'datlocprovider' AS provider, "
      "coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') AS locale "
      "FROM pg_database d WHERE datname = $1",
      {like});
  if (rows.empty())
    throw core::Error(core::Kind::not_found, "no database " + core::printable(like));
  std::string statement =
      fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                  ports::sqlName(name), ports::sqlText(rows.text(0, "encoding")),
                  ports::sqlText(rows.text(0, "collate")), ports::sqlText(rows.text(0, "ctype")));
  const std::string& provider = rows.text(0, "provider");
  const std::string locale = ports::sqlText(rows.text(0, "locale"));
  if (provider == "i") statement += " LOCALE_PROVIDER icu ICU_LOCALE " + locale;
  if (provider == "b") statement += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + locale;
  if (provider == "c") statement += " LOCALE_PROVIDER libc";
  return statement;
}

bool takeLock(ports::Sql& session, const std::string& name) {
  return session
      .execute("SELECT pg_try_advisory_lock($1::integer, hashtext($2)) AS got",
               {std::to_string(kLockClass), name})
      .boolean(0, "got");
}

}  // namespace

/// A program at the reading end of a pipe whose writing end is ours alone: at our death it drops
/// the database, again and again for 20 seconds, as the server may still be about to make it (it
/// does not notice our death before its statement ends). It ignores the signals that end our
/// children with us.
class ThrowAwayDatabase::Watcher : public core::Source, public core::Sink {
 public:
  Watcher(Database& server, const std::string& name) : cancellation_(server.world().cancellation) {
    ports::Command command =
        server.tool("psql", {"-X", "-q", "-d", "postgres", "-c", dropping(name)});
    std::vector<std::string> argv{"/bin/sh", "-c", kScript, "sh"};
    argv.insert(argv.end(), command.argv.begin(), command.argv.end());
    command.argv = std::move(argv);
    process_ = server.world().shell.start(command, this, this);
    std::unique_lock guard(mutex_);
    changed_.wait_for(guard, std::chrono::seconds(10), [this] { return ready_; });
  }
  ~Watcher() override { release("now\n"); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// With "done" it ends, with another word it drops: the server makes nothing any more.
  void release(const std::string& word) {
    {
      const std::lock_guard guard(mutex_);
      if (released_) return;
      released_ = true;
      word_ = word;
    }
    changed_.notify_all();
    try {
      process_->wait();
    } catch (const core::Error&) {
      // Interrupted: what it was there for is done by whoever released it.
    }
  }

  std::size_t read(std::span<char> block) override {
    std::unique_lock guard(mutex_);
    while (!released_ && !cancellation_.requested())
      changed_.wait_for(guard, std::chrono::milliseconds(100));
    const std::string word = std::move(word_);
    word_.clear();
    return word.copy(block.data(), block.size());
  }
  void write(std::string_view) override {
    const std::lock_guard guard(mutex_);
    ready_ = true;  // from now on a signal does not end it
    changed_.notify_all();
  }

 private:
  static constexpr const char* kScript =
      "trap '' HUP INT TERM; echo ready; "
      "tries=20; while read -r word; do [ \"$word\" = done ] && exit 0; tries=3; break; done; "
      "while [ $tries -gt 0 ]; do \"$@\"; sleep 1; tries=$((tries - 1)); done";
  core::Cancellation& cancellation_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ready_ = false;
  bool released_ = false;
  std::string word_;
  std::unique_ptr<ports::Process> process_;
};

ThrowAwayDatabase::ThrowAwayDatabase(Database& server, const std::string& like)
    : server_(server),
      name_(kPrefix + core::toHex(core::randomBytes(6))),
      session_(server.admin("postgres", std::chrono::minutes(10))) {
  dropForgotten(server);
  if (!takeLock(*session_, name_)) throw core::Error(core::Kind::locked, "database " + name_);
  const std::string statement = creating(*session_, name_, like);
  watcher_ = std::make_unique<Watcher>(server, name_);
  session_->execute(statement);
  session_->execute(
      fmt::format("COMMENT ON DATABASE {} IS {}", ports::sqlName(name_), ports::sqlText(kComment)));
}

ThrowAwayDatabase::~ThrowAwayDatabase() {
  server_.world().cancellation.reset();  // an interrupt does not stop what cleans up after it
  try {
    if (!dropped_) drop();
  } catch (const core::Error&) {
    // The watcher tries as well, and after it the next of our kind.
  }
}

void ThrowAwayDatabase::drop() {
  session_->execute(dropping(name_));
  dropped_ = true;
  watcher_->release("done\n");
}

std::vector<std::string> ThrowAwayDatabase::dropForgotten(Database& server) {
  const auto session = server.admin("postgres", std::chrono::minutes(10));
  const ports::SqlRows rows = session->query(
      "SELECT datname AS name FROM pg_database WHERE datname ~ $1 "
      "AND coalesce(shobj_description(oid, 'pg_database'), $2) = $2",
      {fmt::format("^{}[0-9a-f]{{12}}$", kPrefix), kComment});
  std::vector<std::string> dropped;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string& name = rows.text(row, "name");
    if (!takeLock(*session, name)) continue;  // somebody is at work in it
    session->execute(dropping(name));
    dropped.push_back(name);
  }
  return dropped;
}

}  // namespace database
