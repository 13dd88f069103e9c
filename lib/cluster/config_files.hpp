#pragma once

#include <string>

#include "lib/cluster/server.hpp"

namespace cluster {

/// Copies what configures a server out of its data folder into a new folder beside it, under its
/// account: pg_rewind and a base backup bring the other server's. Already there is good.
/// Errors: as Server::must.
void keepConfigFiles(const Server& server, const std::string& data, const std::string& kept);
void putConfigFilesBack(const Server& server, const std::string& kept, const std::string& data);

/// Its postgresql.conf where that is not in the data folder: Debian's "/etc/postgresql/15/main/…"
/// for "/var/lib/postgresql/15/main". Empty: it is there, or nowhere that is known.
std::string configFileOutside(const Server& server, const config::NodeSettings& node);

}  // namespace cluster
