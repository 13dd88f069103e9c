#include "lib/backup/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/backup/parts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"

namespace backup {
namespace {

std::string nameOf(const FileReading& file) {
  if (!file.member || file.member->table.empty()) return file.path;
  return fmt::format("{} (table {}.{})", file.path, file.member->schema, file.member->table);
}

std::string bytesInWords(std::uint64_t bytes) {
  return core::plural(static_cast<std::int64_t>(bytes), "byte", "bytes");
}

/// What no manifest is needed for.
void addPlainDamage(const Reading& reading, std::vector<Damage>& damages) {
  if (!reading.toc && !reading.toc_undetermined) {
    damages.push_back({"the dump's table of contents", "a whole one", reading.toc_damage});
  }
  for (const FileReading& file : reading.files) {
    if (!file.damage.empty()) damages.push_back({nameOf(file), "whole content", file.damage});
  }
  for (const FileReading& file : reading.missing) {
    damages.push_back({nameOf(file), "a file that the table of contents names", "not there"});
  }
  for (const std::string& path : reading.not_files) {
    damages.push_back({path, "nothing", "a link, folder or device"});
  }
}

/// Told with its table, by addPlainDamage().
bool isMissingMember(const Reading& reading, const std::string& path) {
  return std::any_of(reading.missing.begin(), reading.missing.end(),
                     [&](const FileReading& file) { return file.path == path; });
}

void compareFiles(const Manifest& manifest, const Reading& reading, std::vector<Damage>& damages) {
  for (const FileEntry& entry : manifest.files) {
    const FileReading* file = reading.file(entry.path);
    if (file == nullptr) {
      if (!isMissingMember(reading, entry.path)) {
        damages.push_back({entry.path, bytesInWords(entry.bytes), "not there"});
      }
    } else if (file->bytes != entry.bytes) {
      damages.push_back({nameOf(*file), bytesInWords(entry.bytes), bytesInWords(file->bytes)});
    } else if (file->sha256 != entry.sha256) {
      damages.push_back({nameOf(*file), "SHA-256 " + entry.sha256, "SHA-256 " + file->sha256});
    }
  }
  for (const FileReading& file : reading.files) {
    if (file.path != kManifestFile && file.path != kPinFile &&
        manifest.file(file.path) == nullptr) {
      damages.push_back({file.path, "no such file in the set", bytesInWords(file.bytes)});
    }
  }
}

void compareRows(const Manifest& manifest, const Reading& reading, std::vector<Damage>& damages) {
  std::map<std::string, const FileReading*> by_table;
  for (const auto* files : {&reading.files, &reading.missing}) {
    for (const FileReading& file : *files) {
      if (!file.member || file.member->kind != dump::MemberKind::rows) continue;
      by_table[file.member->schema + "." + file.member->table] = &file;
    }
  }
  const bool comparable = manifest.database.digests == dump::kRowDigestKind;
  for (const database::TableFacts& table : manifest.database.tables) {
    const auto found = by_table.find(table.object());
    if (found == by_table.end()) {
      if (!table.rows && !table.unknown.empty()) continue;  // it could not be read
      damages.push_back({"table " + table.object(), "its rows in the dump", "none"});
      continue;
    }
    const FileReading& file = *found->second;
    if (!table.rows || !file.facts.rows) continue;
    const dump::RowSum& sum = *file.facts.rows;
    if (*table.rows != sum.rows()) {
      damages.push_back({nameOf(file), core::plural(*table.rows, "row", "rows"),
                         core::plural(sum.rows(), "row", "rows")});
    } else if (comparable && table.digest && *table.digest != sum.digest()) {
      damages.push_back({nameOf(file), "content " + *table.digest, "content " + sum.digest()});
    }
  }
}

std::string inWords(const dump::SequenceValue& value) {
  return fmt::format("{}{}", value.last_value, value.is_called ? "" : " (not used yet)");
}

void compareSequences(const Manifest& manifest, const dump::Toc& toc,
                      std::vector<Damage>& damages) {
  for (const dump::TocEntry& entry : toc.entries) {
    const auto value = dump::sequenceValue(entry);
    if (!value) continue;
    for (const database::SequenceFacts& sequence : manifest.database.sequences) {
      if (sequence.schema != entry.schema || sequence.name != entry.tag) continue;
      const dump::SequenceValue expected{"", sequence.last_value.value_or(0), sequence.is_called};
      if (inWords(expected) != inWords(*value)) {
        damages.push_back({"sequence " + sequence.object(), inWords(expected), inWords(*value)});
      }
    }
  }
}

void fill(Verification& result, const Reading& reading) {
  for (const FileReading& file : reading.files) {
    ++result.files;
    result.bytes += file.bytes;
    result.unpacked += file.member ? file.facts.bytes : file.bytes;
    if (file.member && file.member->kind == dump::MemberKind::rows) ++result.tables;
    if (file.facts.rows) result.rows += file.facts.rows->rows();
    if (!file.undetermined.empty()) result.undetermined.push_back(file.undetermined);
  }
  if (reading.toc_undetermined) result.undetermined.push_back(reading.toc_damage);
}

/// The files beside the dump: what is in each archive, and that a restore would take it.
void checkParts(ports::World& world, const StoredSet& set, Verification& result) {
  for (const Part& part : set.manifest->parts) {
    const std::string path = set.folder + "/" + part.archive;
    // Told as a missing file.
    if (part.archive.empty() || !world.files.info(path)) continue;
    try {
      checkPart(*world.files.open(path), part.archive, part);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::corrupt) throw;
      result.damages.push_back({part.archive, "files that can be restored", error.what()});
    }
  }
}

core::Duration since(ports::World& world, std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<core::Duration>(world.clock.steady() - start);
}

}  // namespace

std::string Damage::inWords() const {
  return fmt::format("{}: expected {}, found {}", object, expected, found);
}

core::Error Verification::error() const {
  const auto more = [](std::size_t count) {
    return count > 1 ? fmt::format(" (and {} more)", count - 1) : std::string();
  };
  const std::string what = has_manifest ? "backup set " + set : "dump " + folder;
  if (!damages.empty()) {
    return {
        core::Kind::corrupt,
        fmt::format("{} is damaged: {}{}", what, damages.front().inWords(), more(damages.size())),
        "Do not restore from it. See what else there is with: sotctl backup list. Make a new "
        "set with: sotctl backup create"};
  }
  return {core::Kind::undetermined,
          fmt::format("could not determine whether {} is good: {}{}", what, undetermined.front(),
                      more(undetermined.size())),
          "Check it with PostgreSQL's own program: pg_restore -f /dev/null FOLDER"};
}

std::vector<Damage> compareWithManifest(const Manifest& manifest, const Reading& reading) {
  std::vector<Damage> damages;
  compareFiles(manifest, reading, damages);
  addPlainDamage(reading, damages);
  if (reading.toc) {
    compareRows(manifest, reading, damages);
    compareSequences(manifest, *reading.toc, damages);
  }
  return damages;
}

Verification verifySet(ports::World& world, const StoredSet& set, int jobs,
                       core::Progress& progress) {
  const auto start = world.clock.steady();
  Verification result;
  result.set = set.id;
  result.folder = set.folder;
  result.has_manifest = true;
  if (!set.manifest) {
    if (set.undetermined) {
      // A missing right is an error of its own kind; what remains is a manifest of a later format.
      world.files.read(set.folder + "/" + kManifestFile);
      result.undetermined.push_back(set.broken);
    } else {
      result.damages.push_back({kManifestFile, "a whole manifest", set.broken});
    }
    return result;
  }
  if (isSetId(set.id) && set.manifest->set != set.id) {
    result.damages.push_back({kManifestFile, "the manifest of set " + set.id,
                              "that of set " + core::printable(set.manifest->set)});
  }
  const Reading reading =
      inspect(world, set.folder, kDumpFolder, database::effectiveJobs(jobs), progress);
  fill(result, reading);
  for (Damage& damage : compareWithManifest(*set.manifest, reading)) {
    result.damages.push_back(std::move(damage));
  }
  checkParts(world, set, result);
  result.took = since(world, start);
  return result;
}

Verification verifyDump(ports::World& world, const std::string& folder, int jobs,
                        core::Progress& progress) {
  const auto start = world.clock.steady();
  Verification result;
  result.set = folder;
  result.folder = folder;
  const Reading reading = inspect(world, folder, "", database::effectiveJobs(jobs), progress);
  fill(result, reading);
  addPlainDamage(reading, result.damages);
  result.took = since(world, start);
  return result;
}

}  // namespace backup
