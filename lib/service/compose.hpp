#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/service/containers.hpp"

namespace service {

/// A compose project on one container engine: containers are found by their labels and never by
/// their names, so that every compose version's naming will do. Looking asks the engine alone and
/// needs neither compose nor a valid compose file. For one service's settings, which are borrowed.
class Compose {
 public:
  Compose(ports::World& world, const config::ServiceSettings& service)
      : world_(world), service_(service) {}

  /// The service's containers, running or not, without those of `compose run`.
  /// Errors: unreachable (engine is down), denied, not_found (no docker), undetermined.
  std::vector<Container> containers();
  /// The names that the project's containers have as services, sorted: for people.
  std::vector<std::string> servicesThere();

  /// `docker [-H ENGINE] WORDS…`. Reads only; whoever changes something sets `mutates`.
  ports::Command engineCommand(std::vector<std::string> words) const;
  /// `docker compose` where it is there, else `docker-compose`, pointed at project and files: the
  /// configured ones, else those that the containers' labels name. Mutates.
  /// Errors: not_found (neither is installed; no file is known).
  ports::Command composeCommand(std::vector<std::string> words);
  /// 1 or 2: of the program that composeCommand() calls.
  int generation();
  /// Runs a command of the engine or of compose. Errors: as containers(); failed_check in its
  /// words.
  std::string demand(const ports::Command& command);

  std::vector<std::string> files();
  /// Where its commands run: the folder of the first file.
  std::string folder();

 private:
  std::vector<Container> ask(const std::vector<std::string>& filters);

  ports::World& world_;
  const config::ServiceSettings& service_;
  std::optional<int> generation_;
};

/// What the container engine or compose says of a failure, as an error of ours.
core::Error engineError(const std::string& deed, const ports::Outcome& outcome);

}  // namespace service
