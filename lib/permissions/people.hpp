#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace permissions {

/// Somebody who must be able to reach files: as a running process really is, or an account.
struct Person {
  std::string role;     // "application", "user:ada"
  std::string account;  // "netbox"; the number where it has no name
  ports::Identity identity;
  int process = 0;      // one that runs as it; 0: none does
  std::string service;  // that the process belongs to
  /// What systemd keeps from it, by the name of the unit's property: {"ProtectSystem", "strict"}.
  /// Only what is set.
  std::map<std::string, std::string> sandbox{};
  /// The security module's word for it: "netbox (enforce)", "system_u:system_r:httpd_t:s0". Empty:
  /// none, or not confined.
  std::string confinement{};

  /// "netbox (application, process 4711)".
  std::string inWords() const;
};

core::Json toJson(const Person& person);

/// Who runs the instance on one host, by its live processes: every user that the processes of a
/// service run as, once for each role. A service that does not run gives none, and its name is put
/// into `silent`. Where no service of a role is configured, its processes are known by their
/// commands (gunicorn, uwsgi, rqworker, celery) and the installation that they run in; web servers
/// by their programs' names. A web server's master process, which is root, is left out.
struct People {
  std::vector<Person> all;
  std::vector<std::string> silent;
  std::set<std::string> configured;  // roles that a service of this host has

  std::vector<const Person*> ofRole(const std::string& role) const;
};
/// `there` is the world of the host that is meant; its name is empty for this one.
People runtimePeople(ports::World& there, const config::Instance& instance,
                     const std::string& host = {});

/// "user:ada" or an account's name as a person without a process. Errors: not_found.
Person personNamed(ports::World& world, const std::string& account);

/// The effective user, group and supplementary groups in /proc/ID/status (proc(5)).
/// Errors: corrupt.
ports::Identity parseIdentity(const std::string& status);

}  // namespace permissions
