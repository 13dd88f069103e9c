#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "lib/core/json.hpp"
#include "lib/ports/shell.hpp"
#include "lib/remote/frame.hpp"

namespace remote {

/// Starts the other half with these streams. It must go on after an interrupt: brackets are closed
/// through it. `over` is to be called when it has ended, for whatever reason.
using Start = std::function<std::unique_ptr<ports::Process>(core::Source& in, core::Sink& out,
                                                            std::function<void()> over)>;

/// The other half, from here: one request at a time, from any thread.
class Peer {
 public:
  /// Starts it and compares versions. `before` is what it must read first (the program itself, when
  /// it is brought along). Errors: those of the process, refused (another version), unreachable.
  Peer(const Start& start, std::string before, std::string host);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  struct Reply {
    core::Json words;
    std::string bytes;
  };
  /// Errors: whatever the other half says; unreachable once it is lost; timed_out.
  Reply ask(const core::Json& words, std::string bytes = {});
  bool lost() const;

 private:
  class Outgoing;
  class Incoming;
  [[noreturn]] void lose(const std::string& why);
  Frame answer();

  std::string host_;
  mutable std::mutex mutex_;
  bool lost_ = false;
  std::shared_ptr<Outgoing> outgoing_;  // whoever tells of the end may come late
  std::unique_ptr<Incoming> incoming_;
  std::unique_ptr<FrameReader> reader_;
  std::unique_ptr<ports::Process> process_;
};

}  // namespace remote
