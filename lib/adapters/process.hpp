#pragma once

#include <memory>

#include "lib/core/cancel.hpp"
#include "lib/ports/shell.hpp"

namespace adapters {

class Spawner;

/// Programs on this host. Its children die with this process, even if it is killed: they get
/// SIGTERM from the kernel. Safe to use from several threads. Must not outlive `cancellation`.
///
/// A program that leaves a daemon behind (pg_ctl start) gives its pipes to it: once the program
/// itself has ended, its streams count as ended after 200 ms without a byte.
class ProcessShell : public ports::Shell {
 public:
  explicit ProcessShell(core::Cancellation& cancellation);
  ~ProcessShell() override;
  using ports::Shell::run;
  ports::Outcome run(const ports::Command& command, const std::string& input) override;
  std::unique_ptr<ports::Process> start(const ports::Command& command, core::Source* in,
                                        core::Sink* out) override;

 private:
  core::Cancellation& cancellation_;
  std::shared_ptr<Spawner> spawner_;
};

}  // namespace adapters
