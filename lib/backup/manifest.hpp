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

/// Files of the installation that lie in the set beside the database: one part, one archive.
struct Part {
  /// A file or folder of the installation, by its path in the archive and on the host.
  struct Root {
    std::string name;
    std::string path;
  };
  std::string name;     // "media", "config"
  std::string archive;  // "media.tar.gz"; empty: there is nothing of it in the set
  std::vector<Root> roots;
  std::uint64_t files = 0;            // plain files and links
  std::uint64_t bytes = 0;            // of their content
  std::string undetermined;           // why media is not all here: an object store
  std::vector<std::string> left_out;  // "media/a.png: permission denied", at most kToldOf of them
  std::uint64_t left_out_count = 0;
  std::vector<std::string> changed;  // while they were copied; at most kToldOf of them
  std::uint64_t changed_count = 0;

  bool whole() const { return undetermined.empty() && left_out_count == 0; }
};
inline constexpr std::size_t kToldOf = 100;

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
  std::vector<Part> parts{};
  std::string secret_key{};  // SHA-256 of the application's; empty: not known, or not asked for
  database::Facts database;  // of the snapshot that was dumped

  /// The moment whose data the set holds; its age counts from here.
  core::Time taken() const { return database.taken; }
  std::uint64_t bytes() const;
  const FileEntry* file(const std::string& path) const;
  const Part* part(const std::string& name) const;
};

/// The text of manifest.json. Its last value is a seal over all the others.
std::string writeManifest(const Manifest& manifest);

/// Errors: corrupt (no JSON, a value of the wrong shape, a changed value); undetermined for a
/// format of a later version. `name` is how errors call the file.
Manifest readManifest(const std::string& text, const std::string& name);

}  // namespace backup
