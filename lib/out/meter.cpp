#include "lib/out/meter.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/core/time.hpp"
#include "lib/out/safe.hpp"
#include "lib/out/width.hpp"

namespace out {
namespace {

using namespace std::chrono_literals;

constexpr auto kRedrawEvery = 100ms;
constexpr auto kLineEvery = 5s;
// A rate over less than this says more about the first block than about the work.
constexpr auto kRateAfter = 1s;

}  // namespace

Meter::Meter(std::ostream& err, Settings settings, std::function<Steady()> now)
    : err_(err), settings_(settings), now_(std::move(now)) {}

void Meter::say(std::string_view text) {
  if (settings_.quiet) return;
  line(text);
}

void Meter::line(std::string_view text) {
  const std::lock_guard guard(lock_);
  wipeLocked();
  err_ << safe(text, false) << "\n" << std::flush;
}

void Meter::wipe() {
  const std::lock_guard guard(lock_);
  wipeLocked();
}

void Meter::wipeLocked() {
  if (drawn_) err_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

void Meter::at(std::string_view what, std::uint64_t done, std::uint64_t total) {
  if (settings_.quiet) return;
  const std::lock_guard guard(lock_);
  const Steady now = now_();
  const bool fresh = safe(what, false) != what_ || done < began_at_;
  if (fresh) {
    what_ = safe(what, false);
    began_ = now;
    began_at_ = done;
  }
  if (settings_.in_place) {
    if (!fresh && drawn_ && now - shown_ < kRedrawEvery) return;
    err_ << "\r\x1b[K" << fitting(what_, measure(done, total, now)) << std::flush;
    drawn_ = true;
  } else {
    // The first line comes after five seconds too: short work says nothing.
    if (shown_ == Steady{}) shown_ = now;
    if (now - shown_ < kLineEvery) return;
    err_ << what_ << measure(done, total, now) << "\n" << std::flush;
  }
  shown_ = now;
}

/// One line of the terminal, so that it can be wiped away: the numbers stay, the words are cut.
std::string Meter::fitting(std::string_view what, std::string_view measured) const {
  const std::size_t columns = settings_.columns ? settings_.columns() : 0;
  if (columns < 2) return std::string(what).append(measured);
  const std::size_t room = columns - 1;  // a full line makes some terminals begin the next one
  const std::size_t numbers = displayWidth(measured);
  if (numbers >= room) return cut(measured, room);
  return cut(what, room - numbers).append(measured);
}

std::string Meter::measure(std::uint64_t done, std::uint64_t total, Steady now) const {
  if (done == 0 && total == 0) return {};  // work without a measure
  std::string text = ": " + core::formatBytes(done);
  if (total > 0) {
    const auto share = static_cast<double>(done) * 100 / static_cast<double>(total);
    text += fmt::format(" of {}, {:.0f} %", core::formatBytes(total), share);
  }
  const std::chrono::duration<double> passed = now - began_;
  const auto moved = static_cast<double>(done - began_at_);
  if (passed < kRateAfter || moved <= 0) return text;
  const double rate = moved / passed.count();
  text += fmt::format(", {}/s", core::formatBytes(static_cast<std::uint64_t>(rate)));
  if (total > done) {
    const std::chrono::duration<double> left(static_cast<double>(total - done) / rate);
    text += ", " + core::formatDuration(std::chrono::duration_cast<core::Duration>(left)) + " left";
  }
  return text;
}

}  // namespace out
