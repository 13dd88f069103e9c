#pragma once

#include <string>

#include "lib/sandbox/site.hpp"

namespace sandbox {

/// Makes database `netbox` if there is none: filled under another name and renamed when it is
/// complete, so that an `up` that was killed leaves nothing that could be taken for it. Then finds
/// out the release.
void makeDatabase(Site& site);
/// Role netbox with the password of the sandbox; the database's token for the API.
void makeRole(Site& site);

/// psql on the sandbox's server. `user` postgres or netbox; `input` is what it runs.
std::vector<std::string> psql(const Site& site, const std::string& user,
                              const std::string& database);

/// The generated data, into `database`.
void generate(Site& site, const std::string& database);
/// A dump file, into `database`. Errors: refused (of several databases, an archive, or cut),
/// corrupt (gzip), unexpected (PostgreSQL's words).
void loadDump(Site& site, const std::string& database);

}  // namespace sandbox
