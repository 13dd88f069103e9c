#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/core/progress.hpp"
#include "lib/database/database.hpp"

namespace backup {

/// A dump in directory format inside the container of a server, where the programs of its image
/// write and read it: a folder below its /tmp, for the time of one dump or load. Files go in and
/// out as streams of programs that every image has (sh, stat, cat, tar), and never through the
/// container's file system as this host sees it: whoever is root in there could lead us elsewhere.
class DumpInside {
 public:
  /// `id`: of the set or run that it is for. Borrows the database, which is in a container.
  DumpInside(database::Database& database, const std::string& id);
  /// Removes the folder; a container that is gone has none.
  ~DumpInside();
  DumpInside(const DumpInside&) = delete;
  DumpInside& operator=(const DumpInside&) = delete;

  const std::string& folder() const { return folder_; }
  /// What the server calls the sessions of programs that are for this dump.
  std::string sessions(const std::string& program) const;

  /// Ends what an earlier try left at work in there, and removes its files. Errors: those of
  /// Container::command().
  void clear();
  /// A new, empty folder for the container's own account alone.
  void make();
  /// Copies its files into `folder`. Errors: corrupt for names and lengths that no dump has.
  void fetch(const std::string& folder, core::Progress& progress);
  /// Copies the files of `folder` into it, and others that are given as text.
  void send(const std::string& folder, const std::map<std::string, std::string>& others,
            core::Progress& progress);

 private:
  struct Member {
    std::string name;
    std::uint64_t bytes = 0;
  };

  std::vector<Member> list();
  void require(const ports::Outcome& outcome, const std::string& deed) const;

  database::Database& database_;
  ports::World& world_;
  database::Container& container_;
  std::string id_;
  std::string folder_;
};

}  // namespace backup
