#include "lib/step/others.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/hosts/parallel.hpp"
#include "lib/step/hold.hpp"

namespace step {
namespace {

bool isGone(const core::Error& error) {
  return error.kind() == core::Kind::unreachable || error.kind() == core::Kind::timed_out;
}

core::Error missing(const std::string& host, const core::Error& error) {
  const std::string refusal = "unreachable-host:" + host;
  return {
      core::Kind::unreachable, fmt::format("host {} can't be locked: {}", host, error.what()),
      fmt::format("Nothing may run there meanwhile. If it is proven to be off, go on without it: "
                  "--accept {}.",
                  refusal),
      refusal};
}

}  // namespace

Others::Others(std::vector<OtherHost> hosts, std::string instance,
               std::function<bool(const std::string& host)> may_miss)
    : instance_(std::move(instance)), may_miss_(std::move(may_miss)) {
  std::sort(hosts.begin(), hosts.end(),
            [](const OtherHost& one, const OtherHost& other) { return one.name < other.name; });
  for (OtherHost& host : hosts) {
    RunStore store(*host.world, host.state);
    held_.push_back(std::make_unique<Held>(Held{std::move(host), std::move(store), nullptr}));
  }
}

/// Side by side, as each takes its time; those that can't be had may be missed, or are an error.
void Others::connect(const core::Cancellation& cancellation) {
  std::vector<std::string> names;
  std::map<std::string, ports::World*> worlds;
  for (const auto& held : held_) {
    names.push_back(held->host.name);
    worlds[held->host.name] = held->host.world;
  }
  const auto answers = hosts::askHosts<bool>(names, {}, cancellation, [&](const std::string& name) {
    return worlds.at(name)->files.info("/").has_value();
  });
  cancellation.check();
  for (const auto& answer : answers) {
    if (!answer.error) continue;
    try {
      std::rethrow_exception(answer.error);
    } catch (const core::Error& error) {
      if (!isGone(error)) throw;
      if (!may_miss_ || !may_miss_(answer.host)) throw missing(answer.host, error);
      std::erase_if(held_, [&](const auto& held) { return held->host.name == answer.host; });
    }
  }
}

std::unique_ptr<ports::FileLock> Others::take(Held& held, const std::string& run) {
  auto lock = held.store.lock(instance_);
  const auto marker = held.store.marker(instance_);
  if (!lock) {
    throw core::Error(
        core::Kind::locked,
        fmt::format(
            "instance {} is being changed: host {} is locked by {}", instance_, held.host.name,
            marker ? fmt::format("run {} of {} on {}", marker->run, marker->person, marker->host)
                   : std::string("another sotctl")),
        "Wait for its end, or talk to that person.");
  }
  refuseUnfinished(held.store, instance_, run);
  return lock;
}

void Others::lock(const std::string& run, const core::Cancellation& cancellation) {
  run_ = run;
  if (held_.empty()) return;
  connect(cancellation);
  for (const auto& held : held_) held->lock = take(*held, run);
}

void Others::check() {
  for (const auto& held : held_) {
    if (held->lock && held->lock->held()) continue;
    held->lock.reset();
    try {
      held->lock = take(*held, run_);
    } catch (const core::Error& error) {
      if (!isGone(error)) throw;
      throw core::Error(
          core::Kind::unreachable,
          fmt::format("the lock on host {} is lost: {}", held->host.name, error.what()),
          "See whether the host is up, then resume the run.");
    }
  }
}

void Others::mark(const Run& run) {
  for (const auto& held : held_) held->store.mark(run);
}

void Others::unmark() {
  for (const auto& held : held_) held->store.unmark(instance_);
}

std::string Others::copyFile(const std::string& run) const {
  return held_.front()->store.journal(run).file();
}

void Others::copyJournal(const std::string& run, const std::string& text) {
  if (held_.empty()) return;
  Held& held = *held_.front();
  held.store.makeRunFolder(run);
  ports::Files& files = held.host.world->files;
  const std::string before = files.info(copyFile(run)) ? files.read(copyFile(run)) : "";
  if (before == text) return;
  if (!text.starts_with(before)) {
    throw core::Error(
        core::Kind::locked,
        fmt::format("run {} was carried on from elsewhere: its journal on {} has more", run,
                    held.host.name),
        fmt::format("Go on there. `sotctl run show {}` on {} tells how far it came.", run,
                    held.host.name));
  }
  files.replace(copyFile(run), text, 0640);
}

void Others::copyLine(const std::string& run, const std::string& line) {
  if (held_.empty()) return;
  try {
    held_.front()->host.world->files.append(copyFile(run), line, 0640);
  } catch (const core::Error& error) {
    if (!isGone(error)) throw;
  }
}

}  // namespace step
