#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/ports/world.hpp"
#include "lib/step/store.hpp"

namespace step {

/// Another host of an instance, as its runs see it.
struct OtherHost {
  std::string name;
  ports::World* world = nullptr;
  std::string state;  // its state folder
};

/// The other hosts of an instance while one run holds it: a lock and a marker on each, and a copy
/// of the journal on the first. Locks go with this, or with the connection.
class Others {
 public:
  /// `may_miss` says of an unreachable host that the run may go on without it.
  Others(std::vector<OtherHost> hosts, std::string instance,
         std::function<bool(const std::string& host)> may_miss);

  /// In the order of names, without waiting. Errors: locked (held, or an unfinished run other than
  /// `run` waits there), unreachable (refusal "unreachable-host:NAME"), denied.
  void lock(const std::string& run, const core::Cancellation& cancellation);
  /// Errors: unreachable, if a lock went with its connection and can't be had again; locked, if
  /// somebody else has it.
  void check();
  void mark(const Run& run);
  void unmark();

  /// Makes the copy of a journal equal to `text`. Errors: locked, if the copy knows more: somebody
  /// carried the run on from elsewhere.
  void copyJournal(const std::string& run, const std::string& text);
  /// Adds one line to the copy; a host that is lost meanwhile is found by check().
  void copyLine(const std::string& run, const std::string& line);

 private:
  struct Held {
    OtherHost host;
    RunStore store;
    std::unique_ptr<ports::FileLock> lock;
  };
  void connect(const core::Cancellation& cancellation);
  std::unique_ptr<ports::FileLock> take(Held& held, const std::string& run);
  std::string copyFile(const std::string& run) const;

  std::vector<std::unique_ptr<Held>> held_;
  std::string instance_;
  std::string run_;
  std::function<bool(const std::string& host)> may_miss_;
};

}  // namespace step
