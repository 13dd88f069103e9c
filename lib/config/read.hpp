#pragma once

#include <string>
#include <vector>

#include "lib/config/outside.hpp"
#include "lib/config/table.hpp"

/// The tables of a configuration file, one reader each. A reader asks for every key that its table
/// may have, then calls finish(); what is wrong goes to the table's complaints and never stops it.
/// A new key: here, in the struct of instance.hpp, and in entries.cpp.
namespace config {

/// [instance.NAME]
Instance readInstance(const std::string& name, Table& table, Config& config);

/// [instance.NAME.database] and its logins; without [… admin] the one that packages set up.
DatabaseSettings readDatabase(Table& table, Origins& origins);

/// A login to PostgreSQL.
DatabaseLogin readLogin(Table& table, int default_port);

/// `password = { … }` of a login, or another secret under `key`. `application_name` is which of the
/// application's own passwords { application = true } means ("database", "redis.tasks"); empty: it
/// can't be one of them.
PasswordReference readPassword(Table& login, const std::string& application_name,
                               const std::string& key = "password");

/// All [[instance.NAME.node]]. Names are unique, none is alone.
std::vector<NodeSettings> readNodes(Table& instance);
/// Complains about nodes on hosts, or of services, that the instance does not have.
void checkNodes(Table& table, const Instance& instance);

/// [instance.NAME.redis]
RedisSettings readRedis(Table& table);

/// All [[instance.NAME.host]]. Names are unique; one primary at most.
std::vector<HostSettings> readHosts(Table& instance);

/// All [[instance.NAME.service]], in start order.
std::vector<ServiceSettings> readServices(Table& instance);

/// Complains about services on hosts that the instance does not have.
void checkServiceHosts(Table& table, const Instance& instance);

/// One [[instance.NAME.probe]]; where its URL has "{host}", one for each frontend of `hosts`.
std::vector<ProbeSettings> readProbe(Table& table, const std::vector<HostSettings>& hosts);

/// One [[instance.NAME.check]]
CheckSettings readCheck(Table& table);

/// One [[instance.NAME.downtime]]
DowntimeSettings readDowntime(Table& table);

/// All [[instance.NAME.balancer]]. Names are unique. Complains about hosts that there are not.
std::vector<BalancerSettings> readBalancers(Table& instance,
                                            const std::vector<HostSettings>& hosts);

/// [instance.NAME.api] and [instance.NAME.parameters], out of the instance's table
Outside readOutside(Table& instance);

/// [instance.NAME.backup]
BackupSettings readBackup(Table& table);

}  // namespace config
