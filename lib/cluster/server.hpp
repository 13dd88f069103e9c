#pragma once

#include "lib/cluster/environment.hpp"
#include "lib/core/time.hpp"

namespace cluster {

/// One PostgreSQL server as something that is started and stopped: by its unit where one is
/// configured, else with pg_ctl under the account that its data folder belongs to. On its host.
class Server {
 public:
  Server(Environment environment, const config::NodeSettings& node);

  /// Ends sessions, writes a checkpoint, stops (mode fast). Already down is good. Errors:
  /// timed_out (`limit` is over and it goes on stopping), failed_check, denied.
  void stop(core::Duration limit);
  /// Already up is good; returns once it answers. Errors: as stop().
  void start(core::Duration limit);
  std::string manualStop() const;
  std::string manualStart() const;

  /// A program of PostgreSQL on the node's host, under the account of its data folder.
  ports::Command program(const std::string& name, std::vector<std::string> arguments) const;
  ports::Outcome run(const ports::Command& command) const;
  /// Errors: failed_check with what was tried and the program's last words.
  void must(const ports::Command& command, const std::string& what) const;
  /// The files of its host.
  ports::Files& files() const;
  /// The account that the data folder belongs to.
  std::string account() const;

 private:
  std::vector<std::string> argvFor(const char* verb) const;
  void act(const char* verb, core::Duration limit);

  Environment environment_;
  const config::NodeSettings& node_;
  std::string unit_;
};

}  // namespace cluster
