#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/backup/roots.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// A root that is held open: a folder by itself, a file by the folder that it lies in. Paths are
/// below it; "" is the root itself.
class Place {
 public:
  Place(ports::Files& files, Root root);

  bool there() const { return tree_ != nullptr; }
  const Root& root() const { return root_; }
  /// Its name in the part's archive.
  std::string nameOf(const std::string& below) const;

  std::optional<ports::FileInfo> info(const std::string& below);
  std::vector<ports::FileInfo> list(const std::string& below);
  std::unique_ptr<core::Source> open(const std::string& below);
  std::string linkTarget(const std::string& below);

 private:
  std::string at(const std::string& below) const { return below.empty() ? file_ : below; }

  Root root_;
  std::string file_;  // empty: the root is a folder
  std::unique_ptr<ports::Tree> tree_;
};

/// One entry as it was when its tree was listed.
struct Found {
  std::string below;
  ports::FileInfo info;
};

/// Gets the archive's name of what could not be looked at, and why.
using OnTrouble = std::function<void(const std::string& name, const core::Error& error)>;

/// Everything in a place, in an archive's order; other things than files, folders and links, too.
std::vector<Found> listPlace(Place& place, const core::Cancellation& cancellation,
                             const OnTrouble& trouble);

}  // namespace backup
