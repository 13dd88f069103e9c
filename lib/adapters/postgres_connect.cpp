#include "lib/adapters/postgres_connect.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <vector>

#include "lib/adapters/account.hpp"
#include "lib/adapters/postgres_error.hpp"
#include "lib/core/time.hpp"

namespace adapters {
namespace {

using Setting = std::pair<const char*, std::string>;

/// Every setting is a keyword of its own: no text in which a password would have to be escaped,
/// and which an error could show. libpq takes an empty value for "not given".
std::vector<Setting> settingsOf(const ports::SqlTarget& target) {
  std::string user = target.user;
  if (user.empty()) user = target.os_user.empty() ? ownAccount().name : target.os_user;
  return {
      {"host", target.host},
      {"port", std::to_string(target.port)},
      {"dbname", target.database.empty() ? user : target.database},
      {"user", user},
      {"password", target.password.reveal()},
      // A path that can't be a file: ~/.pgpass must not log in where the target has no password.
      {"passfile", "/dev/null/none"},
      {"application_name", target.application_name},
      {"client_encoding", "UTF8"},
      {"gssencmode", "disable"},
      // A server that vanished without a word is noticed within a minute.
      {"keepalives_idle", "20"},
      {"keepalives_interval", "10"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "60000"}};
}

RawConnection begin(const ports::SqlTarget& target) {
  const std::vector<Setting> settings = settingsOf(target);
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : settings) {
    if (value.find('\0') != std::string::npos) {
      throw core::Error(core::Kind::usage,
                        fmt::format("the {} of {} has a NUL byte", name, target.inWords()));
    }
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  // No expansion: a database called "host=elsewhere" is a database.
  RawConnection connection(PQconnectStartParams(names.data(), values.data(), 0));
  if (!connection) throw std::bad_alloc();
  return connection;
}

void proceed(PGconn* connection, const ports::SqlTarget& target,
             const core::Cancellation& cancellation) {
  const auto until = std::chrono::steady_clock::now() + target.connect_limit;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD) {
      throw serverError(target, PQerrorMessage(connection));
    }
    if (cancellation.requested()) throw interruptedError(target);
    if (std::chrono::steady_clock::now() > until) {
      throw ports::SqlError(core::Kind::timed_out,
                            fmt::format("{}: no login within {}", target.inWords(),
                                        core::formatDuration(target.connect_limit)),
                            "See whether the server runs and a firewall lets this host through.",
                            "");
    }
    pollfd wait{PQsocket(connection),
                static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (poll(&wait, 1, 100) > 0) next = PQconnectPoll(connection);
  }
}

}  // namespace

void forgetLibpqEnvironment() {
  // Known to libpq but in no list of it: where its service file lies, and session defaults that it
  // sends at login.
  for (const char* name : {"PGSERVICEFILE", "PGSYSCONFDIR", "PGREALM", "PGDATESTYLE", "PGTZ",
                           "PGGEQO", "PGLOCALEDIR", "PGCLIENTENCODING"}) {
    unsetenv(name);
  }
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconndefaults(),
                                                                               PQconninfoFree);
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->envvar != nullptr) unsetenv(option->envvar);
  }
}

RawConnection logIn(const ports::SqlTarget& target, const core::Cancellation& cancellation) {
  cancellation.check();
  // The server asks the socket who is at its other end, and the kernel answers with the identity
  // at the moment of connecting; libpq may connect again while it goes on (another address, TLS
  // refused), so it holds until the login stands.
  std::optional<BorrowedIdentity> identity;
  if (!target.os_user.empty()) {
    const Account account = accountNamed(target.os_user);
    if (account.uid != geteuid()) identity.emplace(account);
  }
  RawConnection connection = begin(target);
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);  // serverError() needs it
  proceed(connection.get(), target, cancellation);
  return connection;
}

}  // namespace adapters
