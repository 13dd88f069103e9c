#include "lib/adapters/ssh/hosts.hpp"

#include "lib/adapters/spawner.hpp"
#include "lib/adapters/ssh/connection.hpp"
#include "lib/adapters/ssh/remote_half.hpp"
#include "lib/adapters/ssh/shell.hpp"
#include "lib/remote/files.hpp"

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

}  // namespace

SshHosts::SshHosts(std::string_view program)
    : program_(program), spawner_(std::make_shared<Spawner>()) {}
SshHosts::~SshHosts() = default;

ports::Hosts::Ways SshHosts::reach(ports::World& home, const ports::HostAddress& host) {
  auto connection = std::make_shared<SshConnection>(spawner_, home, host);
  auto files = std::make_unique<remote::RemoteFiles>(host.name, [connection, program = program_] {
    return startRemoteHalf(*connection, program);
  });
  return {std::make_unique<ConnectedShell>(connection), std::move(files)};
}

}  // namespace adapters
