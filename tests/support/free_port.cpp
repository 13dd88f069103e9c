#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace support {
namespace {

/// A socket on a port that the system chose, and the port.
std::pair<int, int> boundSocket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket, plain, length) != 0 || getsockname(socket, plain, &length) != 0) {
    throw std::runtime_error("no free port on the loopback interface");
  }
  return {socket, ntohs(address.sin_port)};
}

}  // namespace

int freePort() {
  const auto [socket, port] = boundSocket();
  close(socket);
  return port;
}

int silentPort() {
  static const std::pair<int, int> made = [] {
    const auto bound = boundSocket();
    listen(bound.first, 16);
    return bound;
  }();
  return made.second;
}

}  // namespace support
