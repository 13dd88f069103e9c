#include "tests/fakes/hosts.hpp"

#include <functional>

#include "lib/core/error.hpp"
#include "lib/ports/forwarding_files.hpp"
#include "lib/ports/forwarding_trees.hpp"
#include "lib/ports/world.hpp"

namespace fakes {
namespace {

using Find = std::function<FakeHosts::Host&()>;

class FoundShell : public ports::Shell {
 public:
  explicit FoundShell(Find find) : find_(std::move(find)) {}
  ports::Outcome run(const ports::Command& command, const std::string& input) override {
    return find_().shell.run(command, input);
  }
  std::unique_ptr<ports::Process> start(const ports::Command& command, core::Source* in,
                                        core::Sink* out) override {
    return find_().shell.start(command, in, out);
  }

 private:
  Find find_;
};

class FoundFiles : public ports::ForwardingFiles {
 public:
  explicit FoundFiles(Find find) : find_(std::move(find)) {}

 private:
  ports::Files& inner() override { return find_().files; }
  Find find_;
};

class FoundTrees : public ports::ForwardingTrees {
 public:
  explicit FoundTrees(Find find) : find_(std::move(find)) {}

 private:
  ports::Trees& inner() override { return find_().trees; }
  Find find_;
};

}  // namespace

FakeHosts::Host& FakeHosts::host(const std::string& name) {
  std::unique_ptr<Host>& host = hosts_[name];
  if (!host) host.reset(new Host{FakeShell(cancellation_), MemFiles(clock_)});
  return *host;
}

ports::Hosts::Ways FakeHosts::reach(ports::World&, const ports::HostAddress& host) {
  const Find find = [this, name = host.name]() -> Host& {
    const std::lock_guard lock(mutex_);
    const auto found = hosts_.find(name);
    if (found == hosts_.end() || cut_.contains(name)) {
      throw core::Error(core::Kind::unreachable, "can't reach host " + name);
    }
    return *found->second;
  };
  return {std::make_unique<FoundShell>(find), std::make_unique<FoundFiles>(find),
          std::make_unique<FoundTrees>(find)};
}

}  // namespace fakes
