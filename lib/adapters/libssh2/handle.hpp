#pragma once

#include <libssh2.h>

#include <chrono>
#include <string>

#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/libssh2/session.hpp"

namespace adapters {

using Ssh2Clock = std::chrono::steady_clock;

/// A libssh2 session on its socket, logged in. For one thread at a time.
///
/// What the library sends, it sends whole: a half-sent packet would make it refuse every other call
/// until that one is repeated (libssh2 1.10, transport.c). Servers read at any time, so that
/// waiting for them to take it can't lock.
class Ssh2Handle {
 public:
  Ssh2Handle(core::Cancellation& cancellation, const Ssh2Target& target);
  ~Ssh2Handle();
  Ssh2Handle(const Ssh2Handle&) = delete;
  Ssh2Handle& operator=(const Ssh2Handle&) = delete;

  LIBSSH2_SESSION* get() const { return session_; }
  int socket() const { return socket_.number(); }
  /// When the other side was heard of last.
  Ssh2Clock::time_point heard() const { return heard_; }
  /// "text of the library (-18)".
  std::string lastError() const;

 private:
  void connect();
  void handshake();
  void checkHostKey();
  void logIn();
  bool tryAgent(int& tries);
  bool tryKey(const std::string& file);
  /// Repeats a call that says EAGAIN until the time is up.
  template <typename Call>
  int patiently(Call call);
  void waitForSocket(Ssh2Clock::time_point until);

  static ssize_t send(libssh2_socket_t socket, const void* buffer, size_t length, int flags,
                      void** abstract);
  static ssize_t receive(libssh2_socket_t socket, void* buffer, size_t length, int flags,
                         void** abstract);

  core::Cancellation& cancellation_;
  const Ssh2Target& target_;
  Descriptor socket_;
  LIBSSH2_SESSION* session_ = nullptr;
  Ssh2Clock::time_point heard_{};
};

/// libssh2_init() once per process.
void useSsh2();

}  // namespace adapters
