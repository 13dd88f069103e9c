#include "lib/step/hold.hpp"

#include <fmt/format.h>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"

namespace step {
namespace {

/// The same number on each host: 60 bits of a digest, so that it is a positive bigint.
std::string lockKey(const std::string& database) {
  const std::string digest = core::sha256("sotctl instance lock: " + database);
  return fmt::format("{}", std::stoull(digest.substr(0, 15), nullptr, 16));
}

std::string inWords(const Marker& marker) {
  return fmt::format("run {} ({}) by {} on {}, since {}", marker.run, marker.verb, marker.person,
                     marker.host, marker.since);
}

}  // namespace

Hold::Hold(ports::World& world, RunStore& store, LockScope scope, std::string run)
    : world_(world),
      store_(store),
      scope_(std::move(scope)),
      run_(std::move(run)),
      others_(scope_.others, scope_.instance, scope_.may_miss) {
  takeFileLock();
  refuseUnfinished(store_, scope_.instance, run_);
  others_.lock(run_, world_.cancellation);
  takeAdvisoryLock();
}

void Hold::takeFileLock() {
  file_lock_ = store_.lock(scope_.instance);
  if (file_lock_) return;
  const std::optional<Marker> marker = store_.marker(scope_.instance);
  throw core::Error(
      core::Kind::locked,
      fmt::format("instance {} is being changed by {}", scope_.instance,
                  marker ? inWords(*marker) : "another sotctl on this host" + holderOfSession()),
      marker
          ? fmt::format("`sotctl run show {}` tells what it does. Wait for its end.", marker->run)
          : "Try again in a moment; `sotctl run list` shows what was at work.");
}

void refuseUnfinished(RunStore& store, const std::string& instance, const std::string& own_run) {
  const std::optional<Marker> marker = store.marker(instance);
  if (!marker || marker->run == own_run) return;
  throw core::Error(
      core::Kind::locked,
      fmt::format("instance {} has an unfinished run: {}", instance, inWords(*marker)),
      fmt::format("End it first: `sotctl run resume {0}` completes it, `sotctl run abort {0}` "
                  "takes it back, `sotctl run take {0}` makes it yours.",
                  marker->run));
}

std::string Hold::label() const {
  return fmt::format("sotctl {}{}{}", run_, run_.empty() ? "" : " ", world_.caller.person);
}

std::string Hold::holderOfSession() {
  if (!scope_.connect) return {};
  try {
    session_ = scope_.connect(label());
    return ": " + holderInServer();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return {};  // the server can't be asked
  }
}

void Hold::takeAdvisoryLock() {
  if (!scope_.connect) return;
  session_ = scope_.connect(label());
  const ports::SqlRows answer = session_->execute(
      "SELECT pg_try_advisory_lock($1::bigint) AS taken", {lockKey(scope_.database)});
  if (answer.boolean(0, "taken")) return;
  throw core::Error(core::Kind::locked,
                    fmt::format("instance {} is being changed from another place: {}",
                                scope_.instance, holderInServer()),
                    "Wait for its end, or talk to that person.");
}

std::string Hold::holderInServer() {
  const ports::SqlRows holder = session_->query(
      "SELECT a.application_name AS name, coalesce(host(a.client_addr), 'a local socket') AS "
      "place, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since "
      "FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
      "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
      "AND (l.classid::bigint << 32) + l.objid::bigint = $1::bigint",
      {lockKey(scope_.database)});
  if (holder.empty()) return "a session that has just ended";
  return fmt::format("\"{}\" through {}, since {} UTC", holder.text(0, "name"),
                     holder.text(0, "place"), holder.text(0, "since"));
}

void Hold::mark(const Run& run) {
  store_.mark(run);
  others_.mark(run);
}

void Hold::unmark() {
  others_.unmark();
  store_.unmark(scope_.instance);
}

void Hold::copy(Journal& journal) {
  const std::string text = journal.text();
  // What a crash cut off never counted.
  others_.copyJournal(run_, text.substr(0, text.rfind('\n') + 1));
  journal.onLine([this](const std::string& line) { others_.copyLine(run_, line); });
}

void Hold::check() {
  others_.check();
  if (!session_) return;
  try {
    if (session_->alive()) {
      session_->query("SELECT 1 AS one");
      return;
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
  }
  takeAdvisoryLock();
}

}  // namespace step
