#pragma once

#include <string>
#include <vector>

#include "lib/backup/inspect.hpp"
#include "lib/backup/store.hpp"

namespace backup {

/// One thing that is not as it must be.
struct Damage {
  std::string object;  // "dump/3456.dat.gz (table public.dcim_site)"
  std::string expected;
  std::string found;

  std::string inWords() const;
};

/// What verifying found.
struct Verification {
  std::string set;  // id, or the folder of a dump without a manifest
  std::string folder;
  bool has_manifest = false;
  std::vector<Damage> damages;
  std::vector<std::string> undetermined;  // what could not be looked at, and why
  std::size_t files = 0;
  std::size_t tables = 0;
  std::int64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unpacked = 0;
  core::Duration took{};

  bool good() const { return damages.empty() && undetermined.empty(); }
  /// Error{corrupt} or Error{undetermined} for what was found; call only if not good().
  core::Error error() const;
};

/// Reads every byte of a set, compares digests, sizes and the list of files with the manifest,
/// decodes each member of the dump and compares its rows with what was counted in the snapshot.
/// Works without a server, and for any user that may read the files.
Verification verifySet(ports::World& world, const StoredSet& set, int jobs,
                       core::Progress& progress);

/// The same for a dump in directory format that other tools made: complete and decodable, with
/// nothing to compare its rows with.
Verification verifyDump(ports::World& world, const std::string& folder, int jobs,
                        core::Progress& progress);

/// Compares a reading with what the manifest says of files and the dump's content.
std::vector<Damage> compareWithManifest(const Manifest& manifest, const Reading& reading);

}  // namespace backup
