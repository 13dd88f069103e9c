#pragma once

#include <string>
#include <vector>

#include "lib/migrations/migration.hpp"

namespace migrations {

/// Numbers for keys, in the order of application and name. Read-only after it was made.
class Names {
 public:
  Names() = default;
  explicit Names(std::vector<Key> keys);

  /// -1 for a key that is not among them.
  int find(const Key& key) const;
  const Key& key(int id) const { return keys_[static_cast<std::size_t>(id)]; }
  int size() const { return static_cast<int>(keys_.size()); }

  /// Number of the key's application.
  int app(int id) const { return apps_[static_cast<std::size_t>(id)]; }
  /// -1 for an application without a key.
  int findApp(const std::string& label) const;
  int appCount() const { return static_cast<int>(labels_.size()); }

  enum class Special : char { none, first, latest, setting };
  Special special(int id) const { return special_[static_cast<std::size_t>(id)]; }

 private:
  std::vector<Key> keys_;
  std::vector<int> apps_;
  std::vector<Special> special_;
  std::vector<std::string> labels_;
};

/// A migration, as far as the graph needs it; numbers of Names.
struct Node {
  int id = 0;
  std::vector<int> dependencies{};
  std::vector<int> replaces{};
  std::vector<int> run_before{};
};

/// Every key that the migrations name.
Names namesOf(const std::vector<Migration>& migrations);
Node nodeOf(const Names& names, const Migration& migration);

}  // namespace migrations
