#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace step {

/// The durable record of one run: JSON lines in RUN/journal.jsonl, each on disk before the change
/// that it announces. A last line without its line feed was cut by a crash and never counted.
class Journal {
 public:
  /// `folder` is the run's; made if absent (readable by group sotctl where that group exists).
  Journal(ports::World& world, std::string folder);

  /// Adds time, sequence number, person, host and process to `record` and writes it. Returns when
  /// it is on disk.
  void add(const std::string& type, core::Json record);
  /// All records, oldest first. Errors: not_found, corrupt (a line in the middle is no JSON).
  std::vector<core::Json> read() const;
  /// Whether its first record reached the disk: before that there is no run.
  bool begun() const;
  /// As it lies on disk. Errors: not_found.
  std::string text() const;
  /// Called with each whole line once it is on disk.
  void onLine(std::function<void(const std::string& line)> seen) { seen_ = std::move(seen); }
  const std::string& folder() const { return folder_; }
  std::string file() const { return folder_ + "/journal.jsonl"; }

 private:
  void dropCutLine();

  ports::World& world_;
  std::string folder_;
  std::function<void(const std::string& line)> seen_;
  long next_ = -1;  // sequence number; -1: the file was not looked at yet
};

}  // namespace step
