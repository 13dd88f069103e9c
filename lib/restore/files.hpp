#pragma once

#include <string>
#include <vector>

#include "lib/backup/compare_files.hpp"
#include "lib/backup/store.hpp"
#include "lib/core/progress.hpp"
#include "lib/restore/environment.hpp"
#include "lib/step/run.hpp"

namespace restore {

/// One file or folder that a restore puts back.
struct FileTarget {
  std::string name;  // in the part's archive
  std::string path;  // on this host
  bool present = false;
};

/// One part of a set, with how the host's files differ from it.
struct FilesOfPart {
  std::string part;
  std::vector<FileTarget> targets;
  backup::FilesComparison comparison;
  std::uint64_t bytes = 0;
};

/// What a restore does about the files of a set.
struct FilesPlan {
  std::vector<FilesOfPart> parts;    // asked for, and in the set
  std::vector<std::string> remarks;  // of what is not restored, and why

  /// Whether no file is seen to differ.
  bool equal() const;
  /// Whether every file is as in the set already.
  bool alreadySo() const;
};

/// Compares the parts that are asked for with the host. Only what the instance itself would back up
/// is ever replaced, whatever the set names. Reads only.
/// Errors: not_found (the set has no such part), corrupt.
FilesPlan planFiles(const Environment& environment, const backup::StoredSet& set,
                    const std::vector<std::string>& parts, core::Progress& progress);

/// Adds the steps to those of a restore: unpacked beside the live files before anything stops,
/// exchanged while the services are stopped.
void addFileSteps(std::vector<step::Spec>& steps, const FilesPlan& plan, const std::string& set,
                  const std::string& run);

/// Steps that remove, for good, the files that a finished restore (or undo) kept.
std::vector<step::Spec> dropKeptFiles(const step::Run& run);
/// Their paths.
std::vector<std::string> keptFiles(const step::Run& run);

std::string inWords(const FilesPlan& plan);
core::Json toJson(const FilesPlan& plan);

}  // namespace restore
