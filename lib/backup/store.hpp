#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/backup/manifest.hpp"
#include "lib/backup/pin.hpp"
#include "lib/backup/set_id.hpp"
#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// Names within a set's folder.
inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kRolesFile = "roles.sql";
inline constexpr const char* kDumpFolder = "dump";
inline constexpr const char* kTocFile = "dump/toc.dat";

/// What the names of folders begin with that are no sets (yet, or any more).
inline constexpr std::string_view kPartial = ".partial-";
inline constexpr std::string_view kRemoving = ".removing-";

/// A folder that is, or was meant to be, a set.
struct StoredSet {
  std::string id;
  std::string folder;
  std::optional<Manifest> manifest;
  std::string broken;  // why it can't be used; empty: whole as far as a look without reading tells
  bool undetermined = false;  // broken says why it could not be read, not that it is damaged
  std::optional<Pin> pin{};   // is never pruned
  bool pin_unknown = false;   // whether it is pinned could not be seen

  bool good() const { return broken.empty() && manifest.has_value(); }
};

/// The sets of one instance, in FOLDER/INSTANCE/.
class Store {
 public:
  Store(ports::World& world, const config::Instance& instance);

  const std::string& folder() const { return folder_; }
  std::string setFolder(const std::string& id) const { return folder_ + "/" + id; }
  /// Where a set is made before it is one.
  std::string stagingFolder(const std::string& id) const { return folder_ + "/.partial-" + id; }

  /// Newest first, broken ones among them. None if the folder is not there. Errors: denied.
  std::vector<StoredSet> list();
  /// Folders of sets whose making or removal was begun and not finished.
  std::vector<std::string> unfinished();
  /// By id or by a beginning of it that only one set has. Errors: not_found, usage (several).
  StoredSet find(const std::string& id);
  /// The newest set that is good. Errors: not_found (with what is wrong with those that are there).
  StoredSet newest();

 private:
  ports::World& world_;
  std::string instance_;
  std::string folder_;
};

/// Looks at a set's folder: manifest whole, each file there with its size.
StoredSet lookAt(ports::World& world, const std::string& folder);

}  // namespace backup
