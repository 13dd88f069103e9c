#pragma once

#include <memory>
#include <string>

#include "lib/backup/write.hpp"
#include "lib/database/database.hpp"
#include "tests/support/private_postgres.hpp"
#include "tests/support/temporary_folder.hpp"

namespace backup_tests {

/// An instance with a database of its own on the server that all these tests share, a backup
/// folder, and the real adapters.
class Site {
 public:
  explicit Site(const std::string& database_name);
  /// On another server, whose database is there already.
  Site(const std::string& database_name, support::PrivatePostgres& server);
  ~Site();

  /// The one server of this binary's backup tests.
  static support::PrivatePostgres& server();

  ports::World& world();
  config::Instance& instance() { return instance_; }
  database::Database& database() { return *database_; }
  core::Cancellation& cancellation();

  /// Statements as the superuser, in the site's database unless another is named.
  void sql(const std::string& statements, const std::string& database_name = {});
  /// Runs one of PostgreSQL's programs as the superuser; throws if it fails.
  void program(const std::string& name, const std::vector<std::string>& arguments,
               core::Source* in = nullptr);
  /// A new database with the dump of `folder` restored into it.
  std::string restore(const std::string& folder);

  /// A request for a set with a fixed id for each number.
  backup::Request request(int number = 1) const;
  /// Makes and publishes a set; gives its folder.
  std::string makeSet(int number = 1);

 private:
  void pointAt(const std::string& database_name, support::PrivatePostgres& server);

  struct Adapters;
  std::unique_ptr<Adapters> adapters_;
  support::TemporaryFolder folder_;
  config::Instance instance_;
  std::unique_ptr<database::Database> database_;
};

/// Tables with the shapes and the traps of a NetBox database: change log in JSON, networks, text
/// with every awkward character, partitions, heirs, views, sequences, types, a collation,
/// functions, triggers, policies, large objects.
extern const char* const kSampleSchema;

}  // namespace backup_tests
