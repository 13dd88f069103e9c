#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// What a set may hold beside the database: "media" (uploads, reports, scripts, jobs) and "config"
/// (the application's configuration, environment and compose files, lists of packages).
inline constexpr const char* kMedia = "media";
inline constexpr const char* kConfig = "config";

/// "media,config" as a list in fixed order, each once. Errors: usage, with the words that there
/// are.
std::vector<std::string> partsOf(const std::string& words);

/// One file or folder of the live installation.
struct Root {
  std::string part;
  std::string name;  // its path in the part's archive: "media", "opt/netbox/gunicorn.py"
  std::string path;  // on this host, without links: it need not be there
};

/// What belongs to the instance's parts on this host.
struct Roots {
  std::vector<Root> all;
  /// Parts of which it is not known where they are, with the reason: media in an object store.
  std::vector<std::pair<std::string, std::string>> undetermined;
  std::vector<std::string> remarks;  // what was taken for granted
  std::string secret_key;            // SHA-256; empty: not known

  std::vector<Root> of(const std::string& part) const;
};

/// Reads the installation's settings (asks its interpreter where that is safe) and looks around.
/// Changes nothing. What can't be read is in the answer, never an error but interrupted.
Roots findRoots(ports::World& world, const config::Instance& instance);

/// Where a root of a set belongs on this host, if it is one that findRoots() would find if it were
/// there; nothing otherwise, whatever the set says.
std::optional<std::string> placeFor(const Roots& roots, const config::Instance& instance,
                                    const std::string& part, const std::string& name);

/// Name of a part's archive within the set.
std::string archiveOf(const std::string& part);

}  // namespace backup
