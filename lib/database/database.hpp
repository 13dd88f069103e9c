#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/database/container.hpp"
#include "lib/database/facts.hpp"
#include "lib/ports/world.hpp"

namespace database {

/// The PostgreSQL server of one instance: sessions, and PostgreSQL's own programs pointed at it.
/// Borrows the world and the instance. For one thread.
class Database {
 public:
  Database(ports::World& world, const config::Instance& instance);

  const std::string& name() const { return instance_.database.name; }
  const config::Instance& instance() const { return instance_; }
  ports::World& world() { return world_; }

  /// A session of the login that may create and rename databases. `limit` for each statement;
  /// zero: none. Errors: as ports::SqlServer::connect.
  std::unique_ptr<ports::Sql> admin(const std::string& database = "postgres",
                                    std::chrono::milliseconds limit = std::chrono::seconds(60));
  /// A session as the application logs in, to its own database unless another is named.
  std::unique_ptr<ports::Sql> application(const std::string& database = {});

  /// Asks the server, by an admin session to `database`.
  Identity identity(const std::string& database);
  /// The server's version number, 150020; asked once.
  int serverVersion();

  /// PostgreSQL's program `name` (pg_dump, pg_restore, pg_dumpall, …) as the admin login, under the
  /// admin's account. No time limit to speak of; mutates. Of the server's major version where it
  /// is installed, else of the nearest newer one (older ones refuse). For a server in a container
  /// it is the image's, and files that it names are those inside.
  /// Errors: not_found with what to install or set.
  ports::Command tool(const std::string& name, const std::vector<std::string>& arguments);
  /// Folder that tool() takes programs from.
  std::string toolFolder(const std::string& name);

  /// What the server runs in; nothing for one that is in no container.
  Container* container() { return container_ ? &*container_ : nullptr; }
  /// Free bytes below a folder of the server's own, and that folder without links. For a server on
  /// this host or in a container. Errors: those of the file system.
  std::uint64_t freeBytes(const std::string& folder);
  std::string resolved(const std::string& path);

 private:
  std::string programInside(const std::string& name) const;
  ports::SqlTarget target(const config::DatabaseLogin& login, const std::string& database);

  ports::World& world_;
  const config::Instance& instance_;
  std::optional<Container> container_;
  int server_version_ = 0;
};

/// What `session` is connected to.
Identity identityOf(ports::Sql& session);

/// What a person types before a program of PostgreSQL's that logs in as admin: "runuser -u postgres
/// -- ", "docker exec -i …", or nothing.
std::string programPrefix(ports::World& world, const config::Instance& instance);

}  // namespace database
