#include "lib/adapters/libssh2/handle.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <mutex>

#include "lib/adapters/libssh2/known_hosts.hpp"
#include "lib/adapters/ssh/trouble.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/base64.hpp"

namespace adapters {
namespace {

using core::Kind;
using namespace std::chrono_literals;

constexpr auto kConnectLimit = 10s;
constexpr auto kLogInLimit = 20s;
constexpr auto kSendLimit = 30s;
// Servers allow six tries; the ssh program needs some if it comes after us.
constexpr int kTries = 3;
constexpr int kTick = 50;

std::string place(const Ssh2Target& target) {
  return fmt::format("{} ({} port {})", target.address.name, target.host, target.port);
}

struct Addresses {
  addrinfo* first = nullptr;
  ~Addresses() {
    if (first != nullptr) freeaddrinfo(first);
  }
};

/// Waits for the connection; gives 0 or the error's number.
int finishConnect(int socket, core::Cancellation& cancellation) {
  const auto until = Ssh2Clock::now() + kConnectLimit;
  while (Ssh2Clock::now() < until) {
    cancellation.check();
    pollfd wait{socket, POLLOUT, 0};
    if (poll(&wait, 1, kTick) <= 0) continue;
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
  }
  return ETIMEDOUT;
}

}  // namespace

void useSsh2() {
  static std::once_flag once;
  std::call_once(once, [] { libssh2_init(0); });
}

Ssh2Handle::Ssh2Handle(core::Cancellation& cancellation, const Ssh2Target& target)
    : cancellation_(cancellation), target_(target) {
  useSsh2();
  connect();
  session_ = libssh2_session_init_ex(nullptr, nullptr, nullptr, this);
  if (session_ == nullptr) throw core::Error(Kind::unexpected, "libssh2 gives no session");
  try {
    handshake();
    checkHostKey();
    logIn();
  } catch (...) {
    libssh2_session_free(session_);
    throw;
  }
  libssh2_keepalive_config(session_, 1, 5);
}

Ssh2Handle::~Ssh2Handle() {
  // One try, without waiting for a side that may be gone.
  libssh2_session_disconnect_ex(session_, SSH_DISCONNECT_BY_APPLICATION, "done", "");
  libssh2_session_free(session_);
}

std::string Ssh2Handle::lastError() const {
  char* text = nullptr;
  const int code = libssh2_session_last_error(session_, &text, nullptr, 0);
  return fmt::format("{} ({})", text == nullptr ? "" : text, code);
}

ssize_t Ssh2Handle::send(libssh2_socket_t socket, const void* buffer, size_t length, int,
                         void** abstract) {
  const auto* bytes = static_cast<const char*>(buffer);
  const auto until = Ssh2Clock::now() + kSendLimit;
  size_t sent = 0;
  (void)abstract;
  while (sent < length) {
    const ssize_t put = ::send(socket, bytes + sent, length - sent, MSG_NOSIGNAL);
    if (put > 0) {
      sent += static_cast<size_t>(put);
    } else if (errno == EAGAIN) {
      pollfd wait{socket, POLLOUT, 0};
      poll(&wait, 1, kTick);
      if (Ssh2Clock::now() > until) return -ETIMEDOUT;
    } else if (errno != EINTR) {
      return -errno;
    }
  }
  return static_cast<ssize_t>(sent);
}

ssize_t Ssh2Handle::receive(libssh2_socket_t socket, void* buffer, size_t length, int,
                            void** abstract) {
  const ssize_t got = ::recv(socket, buffer, length, MSG_NOSIGNAL);
  if (got > 0) static_cast<Ssh2Handle*>(*abstract)->heard_ = Ssh2Clock::now();
  return got < 0 ? -errno : got;
}

void Ssh2Handle::connect() {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  Addresses found;
  if (const int error = getaddrinfo(target_.host.c_str(), std::to_string(target_.port).c_str(),
                                    &wanted, &found.first)) {
    throw core::Error(Kind::unreachable,
                      fmt::format("no address for {}: {}", place(target_), gai_strerror(error)),
                      "See whether the name is right.");
  }
  int error = EHOSTUNREACH;
  for (const addrinfo* one = found.first; one != nullptr; one = one->ai_next) {
    socket_ = Descriptor(
        ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, one->ai_protocol));
    if (!socket_.open()) continue;
    error = ::connect(socket_.number(), one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = finishConnect(socket_.number(), cancellation_);
    if (error == 0) break;
  }
  if (error != 0) {
    throw core::Error(error == ETIMEDOUT ? Kind::timed_out : Kind::unreachable,
                      fmt::format("can't reach {}: {}", place(target_), errorText(error)),
                      "See whether the host is up and lets this one in.");
  }
  const int on = 1;
  setsockopt(socket_.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Ssh2Handle::waitForSocket(Ssh2Clock::time_point until) {
  cancellation_.check();
  if (Ssh2Clock::now() > until) {
    throw core::Error(Kind::timed_out, fmt::format("{} does not answer", place(target_)),
                      "See whether it is overloaded, and whether an sshd listens there.");
  }
  pollfd wait{socket_.number(), POLLIN, 0};
  poll(&wait, 1, kTick);
}

template <typename Call>
int Ssh2Handle::patiently(Call call) {
  const auto until = Ssh2Clock::now() + kLogInLimit;
  int result = 0;
  while ((result = call()) == LIBSSH2_ERROR_EAGAIN) waitForSocket(until);
  return result;
}

void Ssh2Handle::handshake() {
  libssh2_session_set_blocking(session_, 0);
  // The library's own type for its callbacks is a plain pointer.
  libssh2_session_callback_set(session_, LIBSSH2_CALLBACK_SEND, reinterpret_cast<void*>(&send));
  libssh2_session_callback_set(session_, LIBSSH2_CALLBACK_RECV, reinterpret_cast<void*>(&receive));
  // Only a key that is known may be shown, where one is: else a server could choose another kind.
  const std::string known = KnownHosts(session_, target_).methods();
  libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY,
                              (known.empty() ? allFitMethods() : known).c_str());
  const int result = patiently([this] { return libssh2_session_handshake(session_, socket()); });
  if (result == 0) return;
  const std::string what = fmt::format("no SSH connection to {}: {}", place(target_), lastError());
  if (result == LIBSSH2_ERROR_KEX_FAILURE || result == LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE ||
      result == LIBSSH2_ERROR_METHOD_NONE || result == LIBSSH2_ERROR_HOSTKEY_INIT) {
    throw Ssh2Unfit(Kind::unreachable, what, "Set transport = \"ssh\" for this host.");
  }
  throw core::Error(Kind::unreachable, what, "See whether an sshd listens there.");
}

void Ssh2Handle::checkHostKey() {
  std::size_t length = 0;
  int type = 0;
  const char* key = libssh2_session_hostkey(session_, &length, &type);
  const char* digest = libssh2_hostkey_hash(session_, LIBSSH2_HOSTKEY_HASH_SHA256);
  if (key == nullptr || digest == nullptr) {
    throw core::Error(Kind::unreachable, fmt::format("{} shows no host key", place(target_)));
  }
  const int known = KnownHosts(session_, target_).check(key, length, knownHostType(type));
  if (known == LIBSSH2_KNOWNHOST_CHECK_MATCH) return;
  std::string fingerprint = "SHA256:" + core::base64({digest, 32});
  while (fingerprint.ends_with('=')) fingerprint.pop_back();
  const char* method = libssh2_session_methods(session_, LIBSSH2_METHOD_HOSTKEY);
  const std::string kind = method == nullptr ? "key" : method;
  if (known == LIBSSH2_KNOWNHOST_CHECK_MISMATCH) {
    throw changedHostKey(target_.address, kind, fingerprint);
  }
  throw unknownHostKey(target_.address, kind, fingerprint);
}

void Ssh2Handle::logIn() {
  int tries = 0;
  if (!target_.agent.empty() && tryAgent(tries)) return;
  for (const std::string& file : target_.keys) {
    if (++tries > kTries) break;
    if (tryKey(file)) return;
  }
  throw Ssh2Unfit(
      Kind::denied,
      fmt::format("{} takes no key of ours for {} ({} tried): {}", place(target_), target_.user,
                  tries, lastError()),
      "libssh2 signs with Ed25519 and ECDSA keys only; transport = \"ssh\" with RSA, too.");
}

bool Ssh2Handle::tryKey(const std::string& file) {
  const int result = patiently([&] {
    return libssh2_userauth_publickey_fromfile_ex(session_, target_.user.c_str(),
                                                  static_cast<unsigned>(target_.user.size()),
                                                  nullptr, file.c_str(), nullptr);
  });
  return result == 0;
}

bool Ssh2Handle::tryAgent(int& tries) {
  LIBSSH2_AGENT* agent = libssh2_agent_init(session_);
  if (agent == nullptr) return false;
  libssh2_agent_set_identity_path(agent, target_.agent.c_str());
  bool in = false;
  if (libssh2_agent_connect(agent) == 0 && libssh2_agent_list_identities(agent) == 0) {
    libssh2_agent_publickey* identity = nullptr;
    libssh2_agent_publickey* before = nullptr;
    while (!in && tries < kTries && libssh2_agent_get_identity(agent, &identity, before) == 0) {
      before = identity;
      // A blob begins with the length and the name of its kind.
      const std::string_view blob(reinterpret_cast<const char*>(identity->blob),
                                  identity->blob_len);
      const std::string_view kind = blob.substr(std::min<std::size_t>(4, blob.size()), 19);
      if (!kind.starts_with("ssh-ed25519") && !kind.starts_with("ecdsa-sha2-nistp")) continue;
      ++tries;
      in = patiently(
               [&] { return libssh2_agent_userauth(agent, target_.user.c_str(), identity); }) == 0;
    }
  }
  libssh2_agent_disconnect(agent);
  libssh2_agent_free(agent);
  return in;
}

}  // namespace adapters
