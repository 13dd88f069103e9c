#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/sanitize/shared.hpp"
#include "lib/ports/clock.hpp"

namespace commands {

using Laps = std::vector<std::pair<std::string, std::chrono::milliseconds>>;

/// Times of the parts of a run.
class Stopwatch {
 public:
  explicit Stopwatch(ports::Clock& clock);
  void lap(const std::string& name);
  const Laps& laps() const { return laps_; }

 private:
  ports::Clock& clock_;
  std::chrono::steady_clock::time_point last_;
  Laps laps_;
};

/// Everything that a report of `sanitize dump` says. Borrows.
struct DumpReport {
  std::string input;
  std::string output;
  const sanitize::Inspected& inspected;
  const sanitize::Rewritten& rewritten;
  const sanitize::Findings& findings;
  const sanitize::Originals& originals;
  const LoadedRules& loaded;
  std::string key_fingerprint;
  bool key_kept;
  Laps laps;
};

core::Json reportDocument(const DumpReport& report);
std::string reportText(const DumpReport& report);
std::string reportMarkdown(const DumpReport& report);

/// What a dry run says.
core::Json plannedDocument(const std::vector<std::unique_ptr<sanitize::Plan>>& plans);
std::string plannedText(const std::vector<std::unique_ptr<sanitize::Plan>>& plans,
                        const sanitize::RuleSet& rules);

}  // namespace commands
