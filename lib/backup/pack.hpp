#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// Packs the members of a dump in directory format while pg_dump writes them: N.dat becomes
/// N.dat.gz, which pg_restore looks for where N.dat is not there (PostgreSQL 11 to 18). Small ones
/// stay as they are. Takes a third of the time that pg_dump's own packing takes, on a processor of
/// its own.
///
/// What was packed is given back to the file system at once, so that about 64 MB of each member are
/// there unpacked, and rarely get as far as the disk. Where the file system can't do that, they
/// stay until the dump ends; canGiveBack() tells beforehand.
class Packer {
 public:
  /// `account` owns the files; empty: ours.
  Packer(ports::World& world, std::string folder, std::string account, core::Progress& progress);
  ~Packer();

  /// Packs until `writing` is false and nothing is left to pack. Errors: those of the file system,
  /// interrupted.
  void follow(const std::atomic<bool>& writing);

  /// Whether the file system of a folder takes back parts of files of `account`: tries it on a file
  /// of its own.
  static bool canGiveBack(ports::World& world, const std::string& folder,
                          const std::string& account);

 private:
  struct Growing;  // a member, as far as it was packed

  bool take(const ports::FileInfo& file, bool whole);
  void pack(Growing& member, std::uint64_t bytes);
  void giveBack(Growing& member);
  void close(Growing& member, std::uint64_t bytes);

  ports::World& world_;
  std::string folder_;
  std::string account_;
  core::Progress& progress_;
  std::map<std::string, Growing> growing_;
  std::vector<char> block_;
  std::uint64_t done_ = 0;
  bool gives_back_ = true;
};

}  // namespace backup
