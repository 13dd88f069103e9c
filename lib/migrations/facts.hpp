#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/migrations/load.hpp"
#include "lib/migrations/tree.hpp"

namespace migrations {

/// A release whose facts are compiled in.
struct Release {
  std::string number;            // "4.2.9"
  std::string django;            // "5.1.5"
  std::string user_model;        // "users.User"; "": auth.User
  std::size_t set = 0;           // equal for releases with the same migrations
  std::vector<int> definitions;  // of its migrations
};

/// What is known of all releases of a product: their own migrations (not Django's, nor those of
/// other applications). Read-only after it was made; may be shared between threads.
class Facts {
 public:
  /// Read out of the compiled-in table when it is first asked for.
  static const Facts& of(config::Product product);
  /// The table must outlive the facts. Errors: corrupt (with the line) for one of another shape.
  explicit Facts(std::string_view table);
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  config::Product product() const { return product_; }
  /// Oldest first.
  const std::vector<Release>& releases() const { return releases_; }
  /// By number: "4.2.9", "v4.2.9"; nothing if there was no such release.
  std::optional<std::size_t> find(std::string_view number) const;
  /// Nearest numbers, for messages: the newest of the same minor release first.
  std::vector<std::string> like(std::string_view number) const;
  /// The release's migrations as code that has no virtual environment.
  Code code(std::size_t release) const;
  /// The same for the graph alone.
  CodeNodes nodes(std::size_t release) const;
  const Names& names() const { return names_; }
  std::size_t definitionCount() const { return definitions_.size(); }
  /// One definition, whole.
  Migration definition(int number) const;
  const Node& node(int number) const { return definitions_[static_cast<std::size_t>(number)].node; }
  /// First and last release that has a migration of that name; nothing for one that no release had.
  std::optional<std::pair<std::size_t, std::size_t>> lifetime(const Key& key) const;

 private:
  struct Definition {
    Node node;
    bool atomic = true;
    std::string_view operations{};  // read when they are asked for
  };
  void readLine(std::string_view line);
  void readDefinition(const std::vector<std::string_view>& fields);
  void readRelease(const std::vector<std::string_view>& fields);
  std::vector<Operation> readOperations(std::string_view text) const;
  void sortReleases();

  config::Product product_ = config::Product::netbox;
  std::vector<std::string> kinds_;
  std::vector<Key> keys_;  // until all are read
  Names names_;
  std::vector<Definition> definitions_;
  std::vector<Release> releases_;
  std::vector<std::optional<std::pair<std::size_t, std::size_t>>> lifetimes_;
};

}  // namespace migrations
