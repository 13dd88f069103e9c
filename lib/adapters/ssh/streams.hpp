#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"

namespace adapters {

/// The opening, then what the program itself is to read.
class OpeningSource : public core::Source {
 public:
  OpeningSource(std::string opening, core::Source* rest)
      : opening_(std::move(opening)), rest_(rest) {}
  std::size_t read(std::span<char> block) override;

 private:
  core::StringSource opening_;
  core::Source* rest_;
};

/// Drops what comes before the mark, keeps the rest of the mark's line as the answer, and passes
/// everything after it on: to `out`, or into a text of at most 1 MiB.
class AnswerSink : public core::Sink {
 public:
  AnswerSink(std::string mark, std::string program, core::Sink* out)
      : mark_(std::move(mark)), program_(std::move(program)), out_(out) {}
  void write(std::string_view bytes) override;
  /// Empty until it came. Safe from another thread.
  std::string answer() const;
  /// What was said before, for telling why no answer came.
  const std::string& noise() const { return noise_; }
  std::string takeText() { return std::move(text_); }

 private:
  void pass(std::string_view bytes);

  std::string mark_;
  std::string program_;
  core::Sink* out_;
  std::string noise_;
  std::string text_;
  mutable std::mutex mutex_;
  std::string answer_;
  bool answered_ = false;
};

/// Looks in standard error for the end that the remote shell tells.
class EndWatch {
 public:
  explicit EndWatch(std::string mark) : sign_("\n" + mark + " end ") {}
  /// True once the whole end came.
  bool add(std::string_view bytes);

 private:
  std::string sign_;
  std::string tail_;
};

/// Takes start mark and end out of standard error; gives the end's words, "" if there are none.
std::string takeEnd(std::string& err, const std::string& mark);

}  // namespace adapters
