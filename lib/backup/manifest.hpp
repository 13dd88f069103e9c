#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/database/facts.hpp"

namespace backup {

/// One file of a set.
struct FileEntry {
  std::string path;  // below the set's folder: "dump/toc.dat"
  std::uint64_t bytes = 0;
  std::string sha256;
};

/// Everything that a set says about itself (docs/backup-set.md). Written last: a folder without a
/// whole manifest is no set.
struct Manifest {
  std::string set;
  std::string instance;
  std::string product;          // "netbox"
  std::string environment;      // "production"
  std::string product_version;  // empty: not known
  std::string description;
  std::string version;  // of sotctl
  std::string host;
  std::string person;
  std::string dumper;    // "pg_dump (PostgreSQL) 15.20"
  core::Time started{};  // this host's clock
  core::Duration dumping{};
  core::Duration measuring{};
  core::Duration total{};
  std::vector<FileEntry> files;
  database::Facts database;  // of the snapshot that was dumped

  /// The moment whose data the set holds; its age counts from here.
  core::Time taken() const { return database.taken; }
  std::uint64_t bytes() const;
  const FileEntry* file(const std::string& path) const;
};

/// The text of manifest.json. Its last value is a seal over all the others.
std::string writeManifest(const Manifest& manifest);

/// Errors: corrupt (no JSON, a value of the wrong shape, a changed value); undetermined for a
/// format of a later version. `name` is how errors call the file.
Manifest readManifest(const std::string& text, const std::string& name);

}  // namespace backup
