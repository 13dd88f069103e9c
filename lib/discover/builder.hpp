#pragma once

#include <string>
#include <vector>

#include "lib/discover/discover.hpp"
#include "lib/discover/roots.hpp"

namespace discover {

/// Puts one discovered instance together, each value with its origin, each gap with its remedy.
/// Borrows the world; for one root.
class Builder {
 public:
  Builder(ports::World& world, const Root& root, std::string name);

  void takeUnits(const std::vector<service::Unit>& units);
  void takePaths();
  void takeVersion();
  void takeSettings();
  void takeProbe();
  Discovered take() { return std::move(result_); }

 private:
  void origin(const std::string& key, const std::string& from);
  void gap(const std::string& id, const std::string& subject, const std::string& why,
           const std::string& hint);
  /// Keeps a setting's value, or a gap that names the key to set by hand.
  void keep(const std::string& key, const application::Setting& setting, std::string& to);
  void keepNumber(const std::string& key, const application::Setting& setting, int& to);
  void takeDatabase(const application::DatabaseFacts& facts);
  void takeAdmin();
  void takeRedis(const application::RedisFacts& tasks, const application::RedisFacts& caching);
  void takeNautobotRedis();
  std::string hostHeader() const;

  ports::World& world_;
  Root root_;
  application::Installation installation_;
  std::string from_settings_;  // origin of what the configuration says
  Discovered result_;
};

}  // namespace discover
