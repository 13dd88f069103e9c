#include "lib/adapters/process.hpp"

#include <csignal>

#include "lib/adapters/running.hpp"

namespace adapters {

ProcessShell::ProcessShell(core::Cancellation& cancellation)
    : cancellation_(cancellation), spawner_(std::make_shared<Spawner>()) {
  // Whoever started us may have left it ignored; then the kernel throws exit statuses away.
  signal(SIGCHLD, SIG_DFL);
}

ProcessShell::~ProcessShell() = default;

ports::Outcome ProcessShell::run(const ports::Command& command, const std::string& input) {
  core::StringSource source(input);
  Running running(spawner_, cancellation_,
                  {command, input.empty() ? nullptr : &source, nullptr, Running::Limit::total});
  return running.wait();
}

std::unique_ptr<ports::Process> ProcessShell::start(const ports::Command& command, core::Source* in,
                                                    core::Sink* out) {
  return std::make_unique<Running>(spawner_, cancellation_,
                                   Running::Work{command, in, out, Running::Limit::idle});
}

}  // namespace adapters
