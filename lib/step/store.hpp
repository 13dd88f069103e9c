#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/step/journal.hpp"
#include "lib/step/run.hpp"

namespace step {

/// One line of `run list`: a run, or a journal that can't be read and why.
struct StoredRun {
  std::string id;
  std::optional<Run> run;
  std::string problem;
};

/// Left on the hosts of an instance while a run is not finished.
struct Marker {
  std::string run;
  std::string instance;
  std::string verb;
  std::string person;
  std::string host;
  std::string reason;
  std::string since;
};

/// The runs of this host, and what marks and locks their instances: below the state folder,
/// runs/ID/journal.jsonl and instances/NAME/{unfinished.json,lock}.
class RunStore {
 public:
  RunStore(ports::World& world, std::string state_folder);

  /// Sorts by time: "20261121T030012Z-3f2a", the last part counts 65536ths of the second.
  std::string newId() const;
  /// Writes the first record. From here on the run exists.
  Journal create(const Plan& plan, const std::string& version, const std::string& reason,
                 const std::string& task);
  Journal journal(const std::string& id) const;
  /// Where the run's journal lies, and what steps keep that only its owner may read.
  std::string folder(const std::string& id) const { return state_ + "/runs/" + id; }
  /// Makes the folder of a run, for a journal that comes from another host.
  void makeRunFolder(const std::string& id);
  /// By whole id or by a beginning that fits one run. Errors: not_found (nearest ids), usage
  /// (several fit), corrupt.
  Run find(const std::string& id) const;
  /// Newest first, without those that died before their first record.
  std::vector<StoredRun> list() const;

  /// Of a run that has not ended; nothing if there is none. Errors: corrupt.
  std::optional<Marker> marker(const std::string& instance) const;
  void mark(const Run& run);
  void unmark(const std::string& instance);
  /// Exclusive for one process on this host; nothing if another one holds it.
  std::unique_ptr<ports::FileLock> lock(const std::string& instance);

  /// Where a run's journal lies, and what its steps keep beside it.
  std::string runFolder(const std::string& id) const { return state_ + "/runs/" + id; }

 private:
  bool hasEnded(const std::string& id) const;
  std::string instanceFolder(const std::string& instance) const;

  ports::World& world_;
  std::string state_;
};

}  // namespace step
