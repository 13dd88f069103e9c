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
  /// Already up is good; returns once it answers. One that hangs in its stop is ended first, as by
  /// a crash. Errors: as stop(), and refused (it would be the second one that takes writes).
  void start(core::Duration limit);
  /// Ends it at once, as a crash does; it recovers at its next start. Already down is good.
  void crash();
  /// Whether a process of it is there, as pg_ctl sees it. Errors: undetermined.
  bool running() const;

  /// Whoever starts it from now on, it comes up as a standby and takes no writes (standby.signal).
  void holdBack();
  /// Errors: refused (another node takes writes).
  void letLead();
  /// The same without asking the others: for what makes a standby of it next.
  void forgetStandby();
  bool heldBack() const;

  /// Nobody starts its unit, at a boot neither. Nothing where it has none.
  void mask();
  void unmask();
  bool masked() const;
  /// Its unit knows that it has ended, too, and does not start it again.
  void settle(core::Duration limit);
  /// Empty: it has none, pg_ctl starts it.
  const std::string& unit() const { return unit_; }
  std::string manualStop() const;
  std::string manualStart() const;

  /// A program of PostgreSQL on the node's host, under the account of its data folder.
  ports::Command program(const std::string& name, std::vector<std::string> arguments) const;
  /// Any other program there, under the same account.
  ports::Command asOwner(std::vector<std::string> argv) const;
  /// The same for what changes names beside the data folder: under the account that the folder
  /// above belongs to.
  ports::Command beside(std::vector<std::string> argv) const;
  /// A folder beside the data folder for its account alone. Already there is good.
  void makeBeside(const std::string& folder) const;
  ports::Outcome run(const ports::Command& command) const;
  /// Errors: failed_check with what was tried and the program's last words.
  void must(const ports::Command& command, const std::string& what) const;
  /// The files of its host, for looking.
  ports::Files& files() const;
  /// Files of its data folder, by their whole path, read and written under its account: whoever
  /// that is could put links there that lead root elsewhere. A new one is for that account alone.
  std::string read(const std::string& path) const;
  void write(const std::string& path, const std::string& text) const;
  void remove(const std::string& path) const;
  /// The account that the data folder belongs to.
  std::string account() const;

 private:
  ports::Command as(const std::string& owner, std::vector<std::string> argv) const;
  std::vector<std::string> argvFor(const char* verb) const;
  void act(const char* verb, core::Duration limit);
  void refuseSecondPrimary(const std::string& what) const;

  Environment environment_;
  const config::NodeSettings& node_;
  std::string unit_;
};

}  // namespace cluster
