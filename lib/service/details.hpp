#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/service/state.hpp"

namespace service {

/// The main process of a service, as /proc shows it. What could not be read is empty.
struct MainProcess {
  int id = 0;
  std::string account;
  std::string executable;  // "/usr/bin/python3.11"
  std::string folder;      // working directory
  bool executable_deleted = false;
  bool folder_deleted = false;
  std::vector<std::string> deleted_files{};  // mapped as code, and removed or replaced since
  std::optional<core::Time> started{};
  std::vector<std::string> command{};
};

/// Everything that one look at a service shows, whatever manages it. What could not be seen is
/// empty, and `unseen` says why.
struct Details {
  ServiceState state;
  std::optional<MainProcess> process{};
  std::optional<int> restarts{};     // by its manager, since it was last started by hand
  bool looping = false;              // its manager starts it again and again
  bool start_limit_hit = false;      // its manager gave up: not even a start by hand works
  bool masked = false;               // can't be started at all
  bool reload_needed = false;        // the unit file is newer than what systemd knows
  bool configuration_stale = false;  // the compose file says something else than the container has
  bool image_stale = false;          // the image's name means another image by now
  std::string image{};               // digest that the container was made from
  std::string last_exit{};           // "exit status 3", "signal 9", "exit-code"; of the last end
  std::string health{};              // "healthy", "unhealthy", "starting"; empty: no health check
  std::string health_test{};         // what the health check runs
  std::string health_says{};         // last words of a health check that did not pass
  std::vector<std::string> ports{};  // "127.0.0.1:8001", "0.0.0.0:8080->8080/tcp"
  std::optional<bool> comes_back{};  // after a reboot of the host
  std::string comes_back_why{};      // "unit is disabled", "restart policy is no"
  std::string program{};             // that a start would run, if it is a path on this host
  bool program_gone = false;
  std::vector<std::string> unseen{};
};

}  // namespace service
