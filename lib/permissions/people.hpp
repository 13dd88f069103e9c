#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace permissions {

/// Somebody who must be able to reach files: as a running process really is, or an account.
struct Person {
  std::string role;     // "application", "user:ada"
  std::string account;  // "netbox"; the number where it has no name
  ports::Identity identity;
  int process = 0;      // one that runs as it; 0: none does
  std::string service;  // that the process belongs to
  /// "netbox (application, process 4711)".
  std::string inWords() const;
};

/// Who runs the instance, by its live processes: every user that the processes of a service run
/// as, once for each role. A service that does not run gives none, and its name is put into
/// `silent`. Web servers are known by their service or, without one, by their programs' names;
/// their master process, which is root, is left out.
struct People {
  std::vector<Person> all;
  std::vector<std::string> silent;

  std::vector<const Person*> ofRole(const std::string& role) const;
};
People runtimePeople(ports::World& world, const config::Instance& instance);

/// "user:ada" or an account's name as a person without a process. Errors: not_found.
Person personNamed(ports::World& world, const std::string& account);

/// The effective user, group and supplementary groups in /proc/ID/status (proc(5)).
/// Errors: corrupt.
ports::Identity parseIdentity(const std::string& status);

}  // namespace permissions
