#pragma once

#include <memory>

#include "lib/ports/world.hpp"

namespace ports {

/// Ports for a dry run: reading passes, and whatever would change something throws
/// std::logic_error (exit status 70): a dry run that reaches it is a bug.
class DryWorld {
 public:
  explicit DryWorld(World& real);
  ~DryWorld();
  World& world() { return world_; }

 private:
  std::unique_ptr<Shell> shell_;
  std::unique_ptr<SqlServer> sql_;
  std::unique_ptr<Http> http_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<Hosts> hosts_;
  std::unique_ptr<Trees> trees_;
  World world_;
};

}  // namespace ports
