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
config::ServiceSettings redisServer(const Layout& layout, const State& state);

/// Makes the cluster if there is none, and writes its settings.
void makeCluster(Site& site);
void writeRedisSettings(Site& site);
/// Puts a socket link in place so that psql finds the server without being told its port.
void linkSocket(Site& site);
/// Ends PostgreSQL in its own way: sessions are closed, nothing waits for them.
void stopPostgres(Site& site);

}  // namespace sandbox
