#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/error.hpp"
#include "lib/ports/world.hpp"

namespace database {

/// The container of a compose service that an instance's PostgreSQL server runs in. Nothing of it
/// need be published: sessions go through the sockets in its own file system, which this host
/// shows to root below /proc, and programs are those of its image, run in it without a terminal.
/// Found by the labels that compose gives. Borrows the world and the settings.
class Container {
 public:
  /// `service`: of a compose project. Nothing is looked for before it is needed.
  Container(ports::World& world, const config::ServiceSettings& service)
      : world_(world), service_(service) {}

  /// This host's path to a folder of sockets inside; empty: that of the usual images.
  /// Errors: not_found (it does not run, or there is no docker), unreachable (the engine is down),
  /// denied (not root), undetermined (it runs elsewhere), refused (several run).
  std::string sockets(const std::string& folder);

  /// Runs a program in it, with the environment of libpq that the command brings. Reads standard
  /// input only if `with_input`. It goes on inside if the command is ended: whoever ends it early
  /// ends its sessions, too. Errors: as sockets().
  ports::Command command(const std::vector<std::string>& argv, bool with_input = false);
  /// Gives what a small question in it says. Errors: as sockets(); unexpected in its words.
  std::string ask(const std::vector<std::string>& argv);

  /// How a person runs a program in it: "docker exec -i …" up to the program.
  std::string prefixInWords() const;

 private:
  struct Place {
    std::string id;
    int process = 0;  // its first one, as this host counts
  };

  const Place& place();
  Place look();
  bool stillThere(const Place& place);
  std::string demand(const std::vector<std::string>& words);
  std::vector<std::string> engine(const std::vector<std::string>& words) const;
  std::vector<std::string> filters() const;

  ports::World& world_;
  const config::ServiceSettings& service_;
  std::optional<Place> place_;
};

/// `path` inside of the tree at `root`, with each link taken as the tree's own processes take it:
/// one to "/run" stays in the tree. Errors: those of the file system, unexpected for a loop.
std::string inTree(ports::Files& files, const std::string& root, const std::string& path);

/// The service that the server of `instance` runs in; nothing if it is in no container.
const config::ServiceSettings* containerService(const config::Instance& instance);

}  // namespace database
