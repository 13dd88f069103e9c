#include "lib/out/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <iostream>

#include "lib/out/meter.hpp"
#include "lib/out/safe.hpp"

namespace out {
namespace {

/// Columns of the terminal behind standard error as it is now: a window may be made smaller.
std::size_t terminalColumns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Meter::Settings meterSettings(const OutputSettings& settings, const std::ostream& err) {
  Meter::Settings meter{settings.progress_in_place, settings.quiet, {}};
  if (&err == &std::cerr) meter.columns = terminalColumns;
  return meter;
}

}  // namespace

Output::Output(OutputSettings settings) : Output(settings, std::cout, std::cerr) {}

Output::Output(OutputSettings settings, std::ostream& out, std::ostream& err)
    : settings_(settings),
      out_(out),
      meter_(std::make_unique<Meter>(err, meterSettings(settings, err),
                                     [] { return std::chrono::steady_clock::now(); })) {}

Output::~Output() { meter_->wipe(); }

void Output::result(const core::Json& document, std::string_view text) {
  meter_->wipe();
  result_ = Result{document, std::string(text)};
  errno = 0;
  if (json()) {
    // A name that is not UTF-8 must not cost the whole document.
    out_ << document.dump(2, ' ', false, core::Json::error_handler_t::replace) << "\n";
  } else {
    out_ << safe(text, settings_.color);
  }
  out_.flush();
  reader_gone_ = !out_ && errno == EPIPE;
}

void Output::note(std::string_view line) { meter_->say(line); }

void Output::warn(std::string_view line) { meter_->line(line); }

void Output::detail(std::string_view line) {
  if (settings_.verbose > 0) meter_->line(line);
}

core::Progress& Output::progress() { return *meter_; }

void Output::finish() {
  meter_->wipe();
  out_.flush();
}

}  // namespace out
