#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/migrations/tree.hpp"

namespace migrations {

/// One line of a list of packages: "netbox-bgp==0.12.1".
struct Package {
  std::string name;     // lower case, "-" for "_" and "."
  std::string version;  // empty: not pinned
};

/// The packages of a requirements file; options, comments and addresses are left out.
std::vector<Package> readRequirements(std::string_view text);

/// Adds the migrations of the packages that `requirements` names and that lie in `wheels` (a
/// folder with wheel files) to the code. What is not there is given back
/// in words: "netbox-bgp 0.12.1: its migrations could not be determined, …".
/// Errors: not_found (no such file), corrupt.
std::vector<std::string> addPackages(ports::Files& files, const std::string& requirements,
                                     const std::string& wheels, Code& code);

}  // namespace migrations
