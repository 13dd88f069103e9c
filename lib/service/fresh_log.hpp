#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/check.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// What services write from a moment on: marked before they are started, scanned afterwards. Of a
/// unit the journal of its newest start; of a container what its engine kept; of others the file
/// that they write, from where it ended. Keeps references to both arguments.
class FreshLog {
 public:
  FreshLog(ports::World& world, const config::Instance& instance);

  /// One warning for each service of these that complained ("service.log"), with the first line of
  /// it; a pass for one that did not; unknown where its log can't be read; skip where none is
  /// known.
  std::vector<core::CheckResult> scan(const std::vector<std::string>& names);

 private:
  std::string written(const config::ServiceSettings& service);

  ports::World& world_;
  const config::Instance& instance_;
  core::Time since_;
  std::map<std::string, std::uint64_t> ends_;  // service -> size of its file when this was made
};

/// The lines of a log that say that something went wrong: levels ERROR, CRITICAL, FATAL, PANIC;
/// Python's tracebacks; Django's "Internal Server Error".
std::vector<std::string> complaints(const std::string& text);

}  // namespace service
