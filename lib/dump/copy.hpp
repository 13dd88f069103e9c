#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"

namespace dump {

/// Counts the rows of COPY text as pg_dump writes it, and demands its end: a line `\.`, after which
/// only empty lines follow. Without that line the producer died, whatever the packing says.
/// Errors of write() and finish(): corrupt, naming `name`.
class CopyCounter : public core::Sink {
 public:
  explicit CopyCounter(std::string name) : name_(std::move(name)) {}
  void write(std::string_view bytes) override;
  void finish() override;
  std::int64_t rows() const { return rows_; }

 private:
  void endLine();

  std::string name_;
  std::int64_t rows_ = 0;
  std::string head_;  // the first bytes of a line that a block's end cut
  bool long_line_ = false;
  bool ended_ = false;
};

}  // namespace dump
