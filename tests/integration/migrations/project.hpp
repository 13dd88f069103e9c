#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "commands/program.hpp"
#include "lib/core/json.hpp"
#include "tests/integration/backup/site.hpp"

namespace migrations_tests {

/// A small application in the layout of NetBox or Nautobot, on the system's Django, with a database
/// on the tests' server: applications dcim (three migrations, and a squash file of them) and ipam.
class Project {
 public:
  explicit Project(const std::string& database_name,
                   config::Product product = config::Product::netbox);
  ~Project();

  /// Whether this host has Django and its driver; says that the test is skipped if not.
  static bool available(const std::string& test);

  backup_tests::Site& site() { return site_; }
  const std::string& root() const { return root_; }
  /// Writes a file below the root.
  void put(const std::string& path, const std::string& text);
  void remove(const std::string& path);
  /// `manage.py WORDS`, on the project's own database.
  ports::Outcome manage(const std::vector<std::string>& words);

  /// The program, with the project as its only instance.
  int run(std::vector<std::string> words);
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  core::Json json() const { return core::Json::parse(out_.str()); }
  /// Databases of the server whose names begin as scratch ones do.
  std::size_t scratchDatabases();

 private:
  void makeEnvironment();
  void putNetbox(const std::string& database_name);
  void putNautobot(const std::string& database_name);
  void makeDatabase(const std::string& name);

  backup_tests::Site site_;
  support::TemporaryFolder folder_;
  std::string root_;
  bool nautobot_;
  std::string packages_;  // folder of the environment's packages
  std::string code_;      // folder of the applications, below the root
  std::ostringstream out_;
  std::ostringstream err_;
};

/// The squash file that Django itself would write, put in order by hand.
extern const char* const kSquash;

}  // namespace migrations_tests
