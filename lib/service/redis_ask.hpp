#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Asks an instance's Redis through redis-cli: from this host, or inside the container of its Redis
/// where only containers can reach it (no host and no socket configured, a compose service of role
/// redis).
class RedisAsk {
 public:
  RedisAsk(ports::World& world, const config::Instance& instance)
      : world_(world), instance_(instance) {}

  /// Whether there is one to ask.
  bool known() const;
  /// Sends commands, one per line of redis-cli's input, to one database; gives the lines of all
  /// answers (redis-cli 7, not on a terminal: one line for each text or number, an empty one for
  /// nil, one line per element of an array). Errors: unreachable, denied (password), undetermined
  /// (still loading, or any other error of the server, in its words).
  std::vector<std::string> lines(int database, const std::vector<std::string>& commands,
                                 bool mutates = false);

  /// One word for a command line of redis-cli.
  static std::string quoted(const std::string& word);

 private:
  /// Where it is asked: the host of its container, else here.
  ports::World& place();
  ports::Command command(int database);
  const config::ServiceSettings* container() const;

  ports::World& world_;
  const config::Instance& instance_;
};

}  // namespace service
