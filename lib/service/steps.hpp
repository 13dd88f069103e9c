#pragma once

#include <string>
#include <vector>

#include "lib/service/proof.hpp"
#include "lib/step/registry.hpp"

namespace service {

/// Registers the step kinds of this area.
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// What a restart is to do. Names are in start order.
struct Restart {
  std::string run;                          // its id
  std::vector<std::string> users{};         // application, workers: stopped before the rest
  std::vector<std::string> dependencies{};  // PostgreSQL, Redis
  core::Duration drain{};                   // zero: running jobs are not waited for
  core::Duration kill_after{};              // zero: never by itself
  core::Duration settle{};
  core::Duration limit{};  // of each stop, each start, and the proof
  bool busy_accepted = false;
  std::vector<std::string> fetch{};  // "pull", or "build --no-cache": words of compose
  bool remake = false;               // containers are made anew from files and images
  bool clear_cache = false;          // the application's cache in Redis, never its job queue
  std::vector<step::Spec> files{};   // put in place while nothing runs
  Before before{};
};

/// The numbered steps: nothing else at work, jobs drained, stopped, dependencies, started, proven.
std::vector<step::Spec> restartSteps(const Restart& restart);

/// One service brought into a state.
step::Spec runningStep(const std::string& service, bool running, core::Duration limit,
                       core::Duration kill_after);

}  // namespace service
