#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "lib/ports/hosts.hpp"
#include "tests/fakes/mem_files.hpp"
#include "tests/fakes/shell.hpp"
#include "tests/fakes/trees.hpp"

namespace fakes {

/// Other hosts, each with a scripted shell, files and trees in memory. A host that no test asked
/// for is unreachable at the first use of its ports.
class FakeHosts : public ports::Hosts {
 public:
  struct Host {
    FakeShell shell;
    MemFiles files;
    FakeTrees trees{};
  };
  FakeHosts(const core::Cancellation& cancellation, ports::Clock& clock)
      : cancellation_(cancellation), clock_(clock) {}

  /// Makes the host at first call.
  Host& host(const std::string& name);
  /// From now on nothing reaches it.
  void cut(const std::string& name) {
    const std::lock_guard lock(mutex_);
    cut_[name] = true;
  }
  /// Until now.
  void mend(const std::string& name) {
    const std::lock_guard lock(mutex_);
    cut_.erase(name);
  }

 private:
  Ways reach(ports::World& home, const ports::HostAddress& host) override;

  const core::Cancellation& cancellation_;
  ports::Clock& clock_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::mutex mutex_;
  std::map<std::string, bool> cut_;
};

}  // namespace fakes
