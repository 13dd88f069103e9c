#pragma once

#include "lib/config/instance.hpp"
#include "lib/sandbox/site.hpp"

namespace sandbox {

/// The instance as its configuration describes it.
config::Instance instanceOf(const Layout& layout, const State& state);
/// The same as the text of sotctl.toml.
std::string configurationText(const Layout& layout, const State& state);

/// The two servers under the instance. They are the sandbox's, not services of the instance:
/// nothing that operates the instance stops them.
config::ServiceSettings postgresServer(const Layout& layout, const State& state);
/// The second PostgreSQL of a pair.
config::ServiceSettings standbyServer(const Layout& layout, const State& state);
config::ServiceSettings redisServer(const Layout& layout, const State& state);

/// Makes the cluster if there is none, and writes its settings.
void makeCluster(Site& site);
void writeRedisSettings(Site& site);
/// Puts a socket link in place so that psql finds the server without being told its port.
void linkSocket(Site& site);
/// Port of the server that takes writes: after a failover the second one, as their folders tell.
int primaryPort(const Site& site);
/// Makes the second server of a pair as a copy of the first one, which runs, if there is none yet,
/// and writes its settings.
void makeStandby(Site& site);
/// Ends a PostgreSQL of the sandbox in its own way: sessions are closed, nothing waits for them.
void stopPostgres(Site& site, const config::ServiceSettings& server);

}  // namespace sandbox
