#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "lib/adapters/libssh2/session.hpp"
#include "lib/adapters/ssh/shell.hpp"
#include "lib/ports/world.hpp"

namespace adapters {

class Spawner;

/// The way into one host: chooses how, connects at the first use, connects again once the
/// connection was lost. Safe from several threads.
class SshConnection : public Connection {
 public:
  /// Must go before `home` does.
  SshConnection(std::shared_ptr<Spawner> spawner, ports::World& home, ports::HostAddress address);
  ~SshConnection() override;

  const ports::HostAddress& address() const override { return address_; }
  std::shared_ptr<Line> line() override;
  core::Secret password() override;

 private:
  std::shared_ptr<Line> connect();
  /// With why it is not to be had, if it isn't: "" otherwise.
  std::string resolve(Ssh2Target& target);
  std::string printed(const std::string& configuration);
  std::string readable(const std::string& file);

  std::shared_ptr<Spawner> spawner_;
  ports::World& home_;
  ports::HostAddress address_;
  std::string agent_;
  std::mutex mutex_;
  std::shared_ptr<Line> line_;
  std::mutex password_mutex_;
  std::optional<core::Secret> password_;
};

}  // namespace adapters
