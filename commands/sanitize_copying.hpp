#pragma once

#include <memory>
#include <optional>
#include <string>

#include "commands/sanitize/shared.hpp"
#include "commands/sanitize_report.hpp"

namespace commands {

/// What `sanitize dump` and `sanitize database` are both told.
struct CopyOptions {
  std::string to;
  RuleOptions rules;
  std::string database;
  std::optional<std::string> key_file;
  int jobs = 0;
  std::optional<std::string> report;
  std::string login;
  std::optional<std::string> password_file;
  std::string without;
  std::string unknown_columns = "refuse";
  std::string large_objects = "drop";
};
void bindCopy(Arguments& arguments, CopyOptions& options);

/// Where a copy goes.
struct Destination {
  bool to_stdout = false;
  std::string path;     // empty for standard output
  std::string scratch;  // folder for files without a name, beside it
};
/// Errors: usage (no --to), not_found (its folder), refused (something that is no file).
Destination destinationOf(Context& context, const std::string& to);

/// Refuses a copy or a report in the place of the original or of another file that is read.
void refuseOverwriting(Context& context, const CopyOptions& options, const std::string& in);

/// One copy in the making: reads the input once, then has everything that the rewriter, the search
/// and the report need. Borrows context and options.
class Copying {
 public:
  Copying(Context& context, const CopyOptions& options, Destination destination,
          sanitize::Input input);
  Copying(const Copying&) = delete;
  Copying& operator=(const Copying&) = delete;

  const sanitize::Input& input() const { return input_; }
  const sanitize::Surroundings& around() const { return around_; }
  const sanitize::RewritePlan& how() const { return how_; }
  const sanitize::DumpFacts& facts() const { return inspected_.facts; }
  const Destination& destination() const { return destination_; }
  sanitize::Originals& originals();
  /// A file without a name on the disk that the copy will be on.
  std::unique_ptr<ports::ScratchFile> scratchFile() const;
  void lap(const std::string& name) { watch_.lap(name); }

  /// Whether the file was made from this input with these rules and this key. Says so.
  bool alreadySo();
  /// Says what would be done.
  void tellPlan();
  /// Searches the copy, and gives it its name if it is clean. Writes the report either way.
  /// Errors: failed_check with rules to paste.
  void conclude(ports::ScratchFile& copy, const sanitize::Rewritten& rewritten);

 private:
  DumpReport report(const sanitize::Rewritten& rewritten, const sanitize::Findings& findings);
  void write(const DumpReport& report);
  void refuse(const sanitize::Findings& findings) const;

  Context& context_;
  const CopyOptions& options_;
  Destination destination_;
  Stopwatch watch_;
  sanitize::Surroundings around_;
  sanitize::Input input_;
  sanitize::Inspected inspected_;
  LoadedRules loaded_;
  sanitize::RewritePlan how_;
  std::optional<sanitize::Originals> originals_;
};

}  // namespace commands
