#pragma once

#include <string>
#include <vector>

#include "lib/ports/world.hpp"

namespace restore {

/// A set's dump, lent to the account that pg_restore runs as, and taken back when this goes. Needs
/// root where the account is another one; does nothing where it is ours.
/// (pg_restore up to 15 leaves its working directory and comes back by the path, so that entering
/// the folder before the account changes is not enough.)
class Lent {
 public:
  /// `set` is the set's folder, `dump` the folder below it. Errors: refused if the account can't
  /// pass through the folders above.
  Lent(ports::World& world, std::string set, std::string dump, std::string account);
  ~Lent();
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

 private:
  void give(const std::string& account, unsigned set_mode);
  void requireEntrance();

  ports::World& world_;
  std::string set_;
  std::string dump_;
  std::string account_;
  bool other_;
};

}  // namespace restore
