#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/core/progress.hpp"

namespace out {

class Meter;

enum class Format { text, json };

struct OutputSettings {
  Format format = Format::text;
  bool quiet = false;
  int verbose = 0;
  bool color = false;              // standard output
  bool progress_in_place = false;  // standard error is a terminal
};

/// What a command says. Data goes to standard output, everything else to standard error.
class Output {
 public:
  /// A command's result, kept for --write.
  struct Result {
    core::Json document;
    std::string text;
  };

  /// On the process's own streams.
  explicit Output(OutputSettings settings);
  /// On other streams (tests).
  Output(OutputSettings settings, std::ostream& out, std::ostream& err);
  ~Output();

  /// A command's result, once, at its end: `document` with -o json, `text` otherwise (ends with a
  /// line feed; paints nothing by itself, see paint()).
  void result(const core::Json& document, std::string_view text);
  /// A line for the person, on standard error; not with --quiet.
  void note(std::string_view line);
  /// A line that --quiet does not silence, on standard error.
  void warn(std::string_view line);
  /// Details, with -v.
  void detail(std::string_view line);
  /// Progress of long work, on standard error.
  core::Progress& progress();

  bool json() const { return settings_.format == Format::json; }
  const OutputSettings& settings() const { return settings_; }
  const std::optional<Result>& lastResult() const { return result_; }
  /// Whether standard output was closed by its reader (`… | head -1`), who wants no more.
  bool readerGone() const { return reader_gone_; }
  /// Wipes away what progress left on the terminal, and empties the buffers.
  void finish();

 private:
  OutputSettings settings_;
  std::ostream& out_;
  std::unique_ptr<Meter> meter_;
  std::optional<Result> result_;
  bool reader_gone_ = false;
};

/// Columns of text, aligned by display width, two spaces between; numbers right-aligned where
/// asked. Never cuts a value. No line of heads if all of them are empty.
class Table {
 public:
  explicit Table(std::vector<std::string> heads);
  void alignRight(std::size_t column);
  void add(std::vector<std::string> row);
  std::string text() const;

 private:
  std::vector<std::string> heads_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

enum class Paint { good, bad, careful, faint, strong };
/// `text` in a colour if `color`; unchanged otherwise.
std::string paint(Paint kind, std::string_view text, bool color);

}  // namespace out
