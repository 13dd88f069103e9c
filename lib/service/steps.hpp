#pragma once

#include <string>
#include <vector>

#include "lib/hosts/parallel.hpp"
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
  bool looks_idle = true;
  bool busy_accepted = false;
  std::vector<std::string> code_hosts{};  // hosts whose code must fit the database
  bool code_accepted = false;
  std::string frontend{};  // of a rolling restart: the host that is restarted while others serve
  std::vector<std::string> fetch{};  // "pull", or "build --no-cache": words of compose
  bool remake = false;               // containers are made anew from files and images
  bool clear_cache = false;          // the application's cache in Redis, never its job queue
  std::vector<step::Spec> files{};   // put in place while nothing runs
  Before before{};
};

/// The numbered steps: nothing else at work, jobs drained, stopped, dependencies, started, proven.
std::vector<step::Spec> restartSteps(const Restart& restart);

/// The same steps while the configured monitoring keeps quiet.
std::vector<step::Spec> quietly(const config::Instance& instance, const std::string& comment,
                                const std::string& run, std::vector<step::Spec> steps);
/// The same steps while Puppet's agents on these hosts ("": this one) are disabled.
std::vector<step::Spec> withoutAgent(const std::vector<std::string>& hosts, core::Duration length,
                                     const std::string& reason, const std::string& run,
                                     std::vector<step::Spec> steps);

/// One service brought into a state, on all of its hosts.
step::Spec runningStep(const std::vector<std::string>& services, bool running, core::Duration limit,
                       core::Duration kill_after, const hosts::Limits& limits);

}  // namespace service
