#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/progress.hpp"
#include "lib/dump/archive.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// What a full read of one file found.
struct FileReading {
  std::string path;  // below the folder: "dump/3456.dat.gz"
  std::uint64_t bytes = 0;
  std::string sha256;
  std::optional<dump::Member> member;  // nothing: no member of the dump
  dump::MemberFacts facts;
  std::string damage;        // why its content can't be right; empty: nothing found
  std::string undetermined;  // why its content could not be looked at
};

/// What a full read of a folder found: every byte read once, hashed and decoded on the way.
struct Reading {
  std::vector<FileReading> files;  // by path
  std::optional<dump::Toc> toc;
  std::string toc_damage;              // why there is no toc
  bool toc_undetermined = false;       // the toc is of a kind that this program does not read
  std::vector<FileReading> missing;    // members that the toc names and that are not there
  std::vector<std::string> not_files;  // links, folders and devices that have no place there

  const FileReading* file(const std::string& path) const;
};

/// Reads all files of `folder`, by `jobs` threads, the biggest first. `dump` is the archive's
/// folder below it: "dump", or "" if it is the folder itself.
/// Needs no server and no right but reading. Errors: denied, not_found, interrupted. Damage is no
/// error: it is in the reading.
Reading inspect(ports::World& world, const std::string& folder, const std::string& dump, int jobs,
                core::Progress& progress);

}  // namespace backup
