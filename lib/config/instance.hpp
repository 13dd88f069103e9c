#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/ports/hosts.hpp"

namespace config {

enum class Product { netbox, nautobot };
enum class Environment { production, staging, development };  // unknown counts as production

const char* productName(Product product);
const char* environmentName(Environment environment);

/// Whether `name` can be an instance's: lower-case letters, digits, "-" and "_", a letter or digit
/// first, at most 32 characters. It becomes part of names of files and databases.
bool validInstanceName(std::string_view name);

/// Where a password is, never the password. Resolved when a connection needs it.
struct PasswordReference {
  enum class From { none, file, environment, application };
  From from = From::none;
  /// Path of the file, or name of the variable. For application, which of its passwords:
  /// "database", "redis.tasks" or "redis.caching".
  std::string name;
};

struct DatabaseLogin {
  std::string host;  // name, address or socket folder; empty: the system's socket folder
  int port = 5432;
  std::string user;
  PasswordReference password;
  std::string os_user;  // account for peer authentication; empty: ours
};

struct DatabaseSettings {
  std::string name;           // "netbox"
  DatabaseLogin application;  // as the application logs in
  DatabaseLogin admin;        // may create and rename databases; usually postgres by peer.
                              // Without a user: none is known
  std::string tools;          // folder with pg_dump and pg_restore; empty: found by version
  /// Compose service of the instance that the server runs in, by its name; empty: it is no
  /// container. Sockets and tools are then those inside of it.
  std::string service{};
};

/// One PostgreSQL server of the pair (or more) that holds the instance's database. Which of them is
/// the primary is looked at, not configured.
struct NodeSettings {
  std::string name;
  std::string host;           // by name, of the instance's hosts; empty: this one
  DatabaseLogin admin;        // from where sotctl runs; a superuser
  std::string data;           // its data folder
  std::string tools;          // folder with pg_controldata, pg_rewind, pg_basebackup
  std::string service;        // by name: the service of the instance that starts it
  std::string address;        // as the application and the other nodes reach it
  int port = 5432;            // beside `address`
  DatabaseLogin replication;  // how other nodes log in for streaming: user and password
  std::string slot;           // that it streams from when it is a standby; empty: none
  /// Commands that run here: one that cuts the server off or powers its host down, and one that
  /// prints `fenced` once that is so. Empty: there are none.
  std::vector<std::string> fence{};
  std::vector<std::string> fence_status{};
  std::string fenced{};
};

struct RedisSettings {
  std::string host = "localhost";  // empty: the instance has none that we know of
  int port = 6379;
  std::string socket;  // instead of host and port, where not empty
  int tasks_database = 0;
  int cache_database = 1;
  PasswordReference password;
};

/// What a host is at home for; where the roles are at the moment is looked at, not configured.
enum class HostRole { frontend, worker, primary, standby, redis };

const char* hostRoleName(HostRole role);

/// One host of an instance.
struct HostSettings {
  ports::HostAddress address;  // its name, too
  std::vector<HostRole> roles;
  std::string site;  // where it stands: "ams", for choosing a frontend near the primary
};

/// What a service does for the instance; decides the order of stop and start.
enum class ServiceRole { application, worker, scheduler, web, database, redis, other };
enum class ServiceManager { systemd, pid_file, compose };

const char* roleName(ServiceRole role);
const char* managerName(ServiceManager manager);

struct ServiceSettings {
  std::string name;
  ServiceRole role = ServiceRole::other;
  ServiceManager manager = ServiceManager::systemd;
  std::string unit;                  // systemd
  std::string pid_file;              // pid_file: first line is the process id
  std::vector<std::string> start;    // pid_file: a command that puts itself into the background
  std::string user;                  // pid_file: account that it is started as; empty: ours
  std::string directory;             // pid_file: where it is started
  std::string log;                   // file that it writes, if any
  std::string project{};             // compose: its label com.docker.compose.project
  std::vector<std::string> files{};  // compose: in the order of -f; may be empty
  std::string service{};             // compose: its label com.docker.compose.service
  std::string engine{};  // compose: address of the engine ("unix:///…"); empty: the usual one
  std::vector<std::string>
      build{};              // compose: a command that builds its image; empty: compose's own
  std::string heartbeat{};  // worker, scheduler: file that it touches while it is well
  std::string host{};       // by name; empty: this one
  std::string shared{};  // the name that is configured, of a service on several hosts: "netbox" of
                         // "netbox@web1"; empty: it is on one host alone
  bool spreads = false;  // changes or copies data by itself: stopped by a hold

  /// What people configured and may call it by.
  const std::string& commonName() const { return shared.empty() ? name : shared; }
};

/// A question that a healthy instance answers with yes: a registered check kind and its arguments,
/// as plain text (numbers and flags in their TOML form).
struct CheckSettings {
  std::string name;
  std::string kind;
  std::map<std::string, std::string> arguments;
};

/// A request that a healthy instance answers.
struct ProbeSettings {
  std::string url;
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string host{};     // frontend that it asks straight; empty: the instance as people see it
  std::string pattern{};  // as configured, with "{host}" in it; empty: as the URL
};

/// A monitoring system that keeps quiet about what is named while a run works on the instance.
struct DowntimeSettings {
  std::string system;                             // "icinga2", "alertmanager", "command"
  std::string url{};                              // icinga2, alertmanager
  std::string user{};                             // icinga2
  PasswordReference password{};                   // icinga2
  std::vector<std::string> hosts{};               // icinga2
  std::map<std::string, std::string> matchers{};  // alertmanager
  std::vector<std::string> place{};               // command, as are the next two
  std::vector<std::string> list{};
  std::vector<std::string> remove{};
  int minutes = 30;  // it ends by itself after these
};

/// What leads people to the frontends: a program whose servers are taken in and out.
struct BalancerSettings {
  std::string name;
  std::string system;                            // "haproxy", "command"
  std::string host{};                            // where it is asked; empty: this one
  std::string socket{};                          // haproxy: its runtime socket
  std::string backend{};                         // haproxy
  std::map<std::string, std::string> servers{};  // frontend: its name there, where that differs
  std::vector<std::string> pool{};               // command, with "{host}", as are the next two
  std::vector<std::string> depool{};
  std::vector<std::string> status{};
  std::string pooled{};  // what `status` prints of a frontend that is taken in

  std::string serverOf(const std::string& frontend) const {
    const auto found = servers.find(frontend);
    return found == servers.end() ? frontend : found->second;
  }
};

/// Which backup sets are kept: each number counts sets, hours, days and so on; 0 is no rule.
struct KeepSettings {
  int last = 0;
  int hourly = 0;
  int daily = 0;
  int weekly = 0;
  int monthly = 0;
  int yearly = 0;
  core::Duration within{};

  bool empty() const {
    return last == 0 && hourly == 0 && daily == 0 && weekly == 0 && monthly == 0 && yearly == 0 &&
           within == core::Duration::zero();
  }
};

struct BackupSettings {
  std::string folder = "/var/backups/sotctl";  // sets lie in FOLDER/INSTANCE/
  int jobs = 0;                                // 0: as many as there are processors, at most 4
  KeepSettings keep{};                         // empty: prune needs its rules by option
  std::vector<std::string> files{};            // further files and folders of its configuration
};

/// One deployment of a product, as configured or discovered.
struct Instance {
  std::string name;
  Product product = Product::netbox;
  Environment environment = Environment::production;
  std::string root;         // "/opt/netbox": the folder with venv, netbox/manage.py; empty: unknown
  std::string settings;     // configuration.py or nautobot_config.py
  std::string interpreter;  // the installation's own Python
  std::string media;
  std::vector<HostSettings> hosts;  // empty: this one alone
  DatabaseSettings database;
  std::vector<NodeSettings> nodes{};  // empty: the database has one server
  RedisSettings redis;
  std::vector<ServiceSettings> services;  // in start order; stopped in reverse. One for each host
                                          // that a service is on, in the order of the file
  std::vector<ProbeSettings> probes;
  std::vector<CheckSettings> checks{};
  std::vector<DowntimeSettings> downtimes{};
  std::vector<BalancerSettings> balancers{};
  /// Files that others write, by shell pattern of their path, and who: "Salt".
  std::map<std::string, std::string> managed{};
  BackupSettings backup;
};

}  // namespace config
