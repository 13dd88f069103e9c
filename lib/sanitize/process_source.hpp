#pragma once

#include <memory>

#include "lib/core/stream.hpp"
#include "lib/ports/shell.hpp"

namespace sanitize {

/// What a program writes, as something to read: pg_restore turns archives into plain dumps. The
/// end is only reached if the program ended well. Destroyed before: the program is ended.
/// Errors of read(): corrupt (what the program said), and those of the shell.
class ProcessSource : public core::Source {
 public:
  ProcessSource(ports::Shell& shell, const ports::Command& command);
  ~ProcessSource() override;
  std::size_t read(std::span<char> block) override;

 private:
  struct Pipe;
  std::unique_ptr<Pipe> pipe_;
};

}  // namespace sanitize
