#include "lib/checks/engine.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "lib/checks/schedule.hpp"
#include "lib/checks/verdict.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/ports/guard.hpp"

namespace checks {
namespace {

// Programs of this host, and sessions with the database, that all checks together have open at
// once.
constexpr std::size_t kPrograms = 256;
constexpr std::size_t kSessions = 12;  // less than a server's usual limit

using core::Outcome;

Finished endedAs(const Item& item, Outcome outcome, std::string found, core::Time at) {
  Finished finished;
  finished.item = item;
  finished.at = at;
  finished.result.id = item.id;
  finished.result.subject = item.title.empty() ? item.id : item.title;
  finished.result.outcome = outcome;
  finished.result.found = std::move(found);
  return finished;
}

}  // namespace

Engine::Engine(ports::World& world, Register fill)
    : world_(world), fill_(std::move(fill)), gate_(ports::makeGate(kPrograms, kSessions)) {
  fill_(kinds_, world_);
}

void Engine::examine(const std::vector<Item>& items) const {
  std::vector<std::string> wrong = wrongOrder(items);
  bool asks = false;
  for (const Item& item : items) {
    if (item.type == Item::Type::manual) continue;
    asks = true;
    try {
      // Of one that is not asked here, values may be missing.
      const bool asked = item.left_out.empty() && item.unready.empty();
      if (asked) {
        kinds_.find(item.kind, item.arguments);
      } else {
        kinds_.named(item.kind, item.arguments);
      }
    } catch (const core::Error& error) {
      wrong.push_back(fmt::format("{}: check {}: {}{}{}", item.place, item.id, error.what(),
                                  error.hint().empty() ? "" : "; ", error.hint()));
    }
  }
  if (!asks)
    wrong.emplace_back("the list has no check that a machine asks: it would assert nothing");
  if (wrong.empty()) return;
  throw core::Error(core::Kind::configuration, core::join(wrong, "\n"),
                    "docs/checks.md lists the kinds and their arguments.");
}

bool Engine::probes(const std::vector<Item>& items) const {
  for (const Item& item : items) {
    const bool asked = item.type == Item::Type::check && item.left_out.empty();
    if (asked && kinds_.probes(item.kind)) return true;
  }
  return false;
}

Finished Engine::ask(const Item& item, const Asking& asking) const {
  const auto began = world_.clock.steady();
  Finished finished = endedAs(item, Outcome::unknown, {}, world_.clock.now());
  const bool probes = kinds_.probes(item.kind);
  if (!item.unready.empty()) {
    finished.result.found = item.unready;
    return finished;
  }
  if (probes && !asking.probes) {
    finished.result.outcome = Outcome::skip;
    finished.result.found = asking.why_no_probes;
    return finished;
  }
  const auto until = began + item.limit;
  ports::LimitedWorld limited(world_, until, gate_);
  std::optional<ports::DryWorld> reading;
  if (!probes) reading.emplace(limited.world());
  Kinds kinds;
  fill_(kinds, reading ? reading->world() : limited.world());
  for (finished.tries = 1;; ++finished.tries) {
    try {
      finished.result = kinds.ask(item.id, item.kind, item.arguments);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      finished.result.found = error.what();  // what it was told can't be: the others go on
      finished.result.hint = error.hint();
      break;
    }
    judge(finished, world_.clock.now(), asking.started);
    const bool again =
        finished.result.outcome == Outcome::fail || finished.result.outcome == Outcome::unknown;
    if (!again || finished.tries >= item.tries) break;
    if (world_.clock.steady() + item.pause >= until) break;
    world_.clock.sleep(item.pause);
  }
  finished.took = std::chrono::duration_cast<core::Duration>(world_.clock.steady() - began);
  return finished;
}

std::vector<Finished> Engine::run(const std::vector<Item>& items, const Asking& asking) const {
  Schedule schedule(items, [this](const Item& item) {
    return item.type == Item::Type::check && kinds_.probes(item.kind);
  });
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable changed;
  std::exception_ptr bug;
  std::size_t running = 0;
  const auto end = [&](std::size_t at, Finished finished) {  // under the lock
    if (asking.finished) asking.finished(finished);
    schedule.end(at, std::move(finished));
  };
  const auto work = [&](std::size_t at) {
    Finished finished;
    std::exception_ptr failed;
    try {
      finished = ask(items[at], asking);
    } catch (...) {
      failed = std::current_exception();
      finished = endedAs(items[at], Outcome::unknown, "interrupted", world_.clock.now());
    }
    const std::lock_guard lock(mutex);
    if (failed && !bug) bug = failed;
    try {
      end(at, std::move(finished));
    } catch (...) {
      if (!bug) bug = std::current_exception();
    }
    --running;
    changed.notify_all();
  };
  {
    std::unique_lock lock(mutex);
    while (!bug) {
      while (const auto barred = schedule.takeBarred()) {
        end(barred->at,
            endedAs(items[barred->at], barred->outcome, barred->why, world_.clock.now()));
      }
      const auto next = schedule.take(running >= std::max<std::size_t>(asking.at_once, 1));
      if (!next && running == 0) break;
      if (!next) {
        changed.wait(lock);
        continue;
      }
      const Item& item = items[*next];
      const auto kept = asking.kept.find(item.id);
      if (!item.left_out.empty()) {
        end(*next, endedAs(item, Outcome::skip, item.left_out, world_.clock.now()));
      } else if (kept != asking.kept.end()) {
        Finished stands = kept->second;
        stands.item = item;
        schedule.end(*next, std::move(stands));
      } else if (item.type == Item::Type::check) {
        ++running;
        threads.emplace_back(work, *next);
      } else {
        lock.unlock();
        Finished finished;
        std::exception_ptr failed;
        try {
          finished = endedAs(item, Outcome::skip, {}, world_.clock.now());
          finished.result = byHand(item, asking.person);
        } catch (...) {
          failed = std::current_exception();
        }
        lock.lock();
        if (failed) {
          bug = failed;
        } else {
          end(*next, std::move(finished));
        }
      }
    }
  }
  for (std::thread& thread : threads) thread.join();
  if (bug) std::rethrow_exception(bug);
  world_.cancellation.check();
  return schedule.results();
}

}  // namespace checks
