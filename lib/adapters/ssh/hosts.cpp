#include "lib/adapters/ssh/hosts.hpp"

#include <mutex>

#include "lib/adapters/spawner.hpp"
#include "lib/adapters/ssh/connection.hpp"
#include "lib/adapters/ssh/remote_half.hpp"
#include "lib/adapters/ssh/shell.hpp"
#include "lib/remote/files.hpp"
#include "lib/remote/trees.hpp"

namespace adapters {
namespace {

/// A shell with the connection that it goes through.
class ConnectedShell : public RemoteShell {
 public:
  explicit ConnectedShell(std::shared_ptr<SshConnection> connection)
      : RemoteShell(*connection), connection_(std::move(connection)) {}

 private:
  std::shared_ptr<SshConnection> connection_;
};

/// One other half for files and trees.
class SharedHalf {
 public:
  SharedHalf(std::shared_ptr<SshConnection> connection, std::string_view program)
      : connection_(std::move(connection)), program_(program) {}
  std::shared_ptr<remote::Peer> peer() {
    const std::lock_guard lock(mutex_);
    if (!peer_ || peer_->lost()) peer_ = startRemoteHalf(*connection_, program_);
    return peer_;
  }

 private:
  std::shared_ptr<SshConnection> connection_;
  std::string_view program_;
  std::mutex mutex_;
  std::shared_ptr<remote::Peer> peer_;
};

}  // namespace

SshHosts::SshHosts(std::string_view program)
    : program_(program), spawner_(std::make_shared<Spawner>()) {}
SshHosts::~SshHosts() = default;

ports::Hosts::Ways SshHosts::reach(ports::World& home, const ports::HostAddress& host) {
  auto connection = std::make_shared<SshConnection>(spawner_, home, host);
  const auto half = std::make_shared<SharedHalf>(connection, program_);
  const auto connect = [half] { return half->peer(); };
  return {std::make_unique<ConnectedShell>(connection),
          std::make_unique<remote::RemoteFiles>(host.name, connect),
          std::make_unique<remote::RemoteTrees>(host.name, connect)};
}

}  // namespace adapters
