#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/ports/shell.hpp"
#include "lib/ports/sql.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {

/// A PostgreSQL server of a test's own, in a fresh folder below /tmp, on a free loopback port. As
/// root it runs as account `postgres`; otherwise as ours. Sockets trust everybody who may enter the
/// folder (root and that account); TCP asks for passwords (SCRAM). No fsync. Stopped by its own
/// process id, and its folder removed, when it goes.
class PrivatePostgres {
 public:
  /// `settings`: further lines for postgresql.conf. Throws core::Error if it does not come up.
  explicit PrivatePostgres(const std::vector<std::string>& settings = {});
  /// A hot standby that streams from `primary`, with a slot of its own name on it. Must go first.
  static std::unique_ptr<PrivatePostgres> standbyOf(PrivatePostgres& primary,
                                                    const std::vector<std::string>& settings = {});
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  /// Whether this host has PostgreSQL's server programs.
  static bool available();

  /// Login of the superuser `postgres` over the socket.
  ports::SqlTarget target(const std::string& database = "postgres") const;
  /// Login over TCP.
  ports::SqlTarget tcp(const std::string& user, const std::string& password,
                       const std::string& database = "postgres") const;
  const std::string& socketFolder() const { return folder_.path(); }
  int port() const { return port_; }
  /// Folder of initdb, pg_dump and so on.
  const std::string& programs() const { return programs_; }
  /// Account that the server runs as; empty: ours.
  const std::string& account() const { return account_; }

  /// Ends all of it at once, as a crash does (SIGQUIT to the postmaster, which leaves no children).
  void kill();
  /// Ends it as a planned stop does (SIGINT).
  void stop();
  void start();
  void restart();

 private:
  struct Empty {};
  explicit PrivatePostgres(Empty);
  void own();
  void configure(const std::vector<std::string>& settings);
  void setUp(const std::vector<std::string>& settings);
  ports::Outcome run(std::vector<std::string> argv);
  void must(std::vector<std::string> argv);
  void stop(int signal);
  int readPid() const;

  core::Cancellation cancellation_;  // never requested: it cleans up in an interrupted test, too
  std::unique_ptr<ports::Shell> shell_;
  TemporaryFolder folder_;
  std::string account_;
  std::string programs_;
  int port_ = 0;
};

}  // namespace support
