#pragma once

#include <string>
#include <vector>

#include "tests/integration/backup/site.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sanitize_tests {

/// What a call of the program said.
struct Answer {
  int status = -1;
  std::string out;
  std::string err;
};

/// A folder with a key, and the whole program at work in it, on the real file system.
class Ground {
 public:
  explicit Ground(backup_tests::Site& site);

  /// `sotctl WORDS…` in the folder.
  Answer sotctl(std::vector<std::string> words);
  /// `sotctl sanitize dump IN --to OUT MORE…`; without other words with the key and one thread.
  Answer dump(const std::string& in, const std::string& out, std::vector<std::string> more = {});
  /// Runs a program in the folder; throws if it fails.
  void program(std::vector<std::string> argv);

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;
  bool has(const std::string& name) const;
  /// Names of all that lies in the folder, in order.
  std::vector<std::string> names() const;
  backup_tests::Site& site() { return site_; }

 private:
  backup_tests::Site& site_;
  support::TemporaryFolder folder_;
};

/// A database with secrets in it that tests/support/seed_netbox.sql put there, and its dump.
class Seeded {
 public:
  enum class Plant { secrets, nothing };
  /// `statements` make the database before it is seeded.
  Seeded(const std::string& name, const std::vector<std::string>& statements,
         Plant plant = Plant::secrets);
  /// Out of a public demo dump, which is not whole without its owner's role: errors do not count.
  Seeded(const std::string& name, const std::string& demo);
  /// The project's own data: 40 devices and 600 entries of the change log.
  static std::vector<std::string> ownData();

  Ground& ground() { return ground_; }
  backup_tests::Site& site() { return site_; }
  /// One value per line of what the script put in.
  const std::string& values() const { return values_; }
  /// pg_dump of `database` (this one if empty) into a file of the ground.
  void dumpTo(const std::string& file, const std::vector<std::string>& options = {},
              const std::string& database = {});
  /// What psql prints for `statements`, without headings.
  std::string ask(const std::string& statements, const std::string& database = {});
  /// A new database, with `file` restored into it by psql that stops at the first error.
  void restore(const std::string& file, const std::string& database);

 private:
  void seed();
  backup_tests::Site site_;
  Ground ground_;
  std::string values_;
};

/// Folder with the demo dumps; empty where they are not to be had.
std::string demoFolder();

}  // namespace sanitize_tests
