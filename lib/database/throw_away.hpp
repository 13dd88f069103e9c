#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/database/database.hpp"

namespace database {

/// A new, empty database with the encoding and the locale of another one, that goes with this
/// object. When this process is killed, a program that waits for its end drops it; should that be
/// killed as well, or the host stop, the next one of its kind does (dropForgotten). Which are in
/// use tells an advisory lock in database postgres.
class ThrowAwayDatabase {
 public:
  /// `like` is the name of the other one. Errors: denied (no right to create databases),
  /// unreachable.
  ThrowAwayDatabase(Database& server, const std::string& like);
  ~ThrowAwayDatabase();
  ThrowAwayDatabase(const ThrowAwayDatabase&) = delete;
  ThrowAwayDatabase& operator=(const ThrowAwayDatabase&) = delete;

  const std::string& name() const { return name_; }
  /// Drops it now. Errors: what the server says; the waiting program tries again at our end.
  void drop();

  /// Drops those that nobody uses any more; gives their names.
  static std::vector<std::string> dropForgotten(Database& server);

 private:
  class Watcher;
  Database& server_;
  std::string name_;
  std::unique_ptr<ports::Sql> session_;  // has the lock
  std::unique_ptr<Watcher> watcher_;
  bool dropped_ = false;
};

}  // namespace database
