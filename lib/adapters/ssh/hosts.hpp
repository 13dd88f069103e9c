#pragma once

#include <memory>
#include <string_view>

#include "lib/ports/hosts.hpp"

namespace adapters {

class Spawner;

/// Other hosts through SSH. One connection each, closed when this goes.
class SshHosts : public ports::Hosts {
 public:
  /// `program` is sotctl-remote, which is brought along where it is not installed; borrowed.
  explicit SshHosts(std::string_view program);
  ~SshHosts() override;

 private:
  Ways reach(ports::World& home, const ports::HostAddress& host) override;
  std::string_view program_;
  std::shared_ptr<Spawner> spawner_;
};

}  // namespace adapters
