#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/progress.hpp"
#include "lib/ports/world.hpp"
#include "lib/sandbox/layout.hpp"
#include "lib/sandbox/state.hpp"
#include "lib/service/state.hpp"

namespace sandbox {

inline constexpr std::uint64_t kUsualBytes = 100'000'000;
inline constexpr std::uint64_t kFewestBytes = 10'000'000;

struct UpRequest {
  std::string folder;
  std::uint64_t bytes = 0;  // 0: whatever there is, or kUsualBytes
  std::string dump{};       // whole path of a plain dump, or one in .gz; empty: generated data
  bool standby = false;     // a second PostgreSQL that follows the first one
};

/// One process that a sandbox is made of.
struct Member {
  std::string name;
  service::ServiceState state;
  int port = 0;  // 0: listens on none
  std::string log;
};

struct Report {
  Layout layout;
  State state;
  config::Instance instance;
  std::vector<Member> members;                    // in start order
  std::optional<std::uint64_t> database_bytes{};  // nothing where the server can't be asked
  std::optional<std::uint64_t> folder_bytes{};    // nothing where not all of it can be seen
  bool changed = false;                           // up: something was made or started
  bool runs() const;
};

/// Brings a sandbox up, or finishes what an interrupted `up` left; running already is good.
/// Errors: refused (foreign folder, or another size or dump than it was made with), usage,
/// not_found (programs, dump), locked, denied, and what loading the data can meet.
Report up(ports::World& world, const UpRequest& request, core::Progress& progress);
/// What up() would do, in words; empty if nothing. Same refusals.
std::vector<std::string> foresee(ports::World& world, const UpRequest& request);

/// Stops what it started, and deletes the folder unless `keep`. Gives what it did, in words.
/// Errors: not_found, refused (foreign), denied, undetermined (a process that may be ours and may
/// not: nothing is deleted), timed_out.
std::vector<std::string> down(ports::World& world, const std::string& folder, bool keep,
                              core::Progress& progress);
std::vector<std::string> foreseeDown(ports::World& world, const std::string& folder, bool keep);

/// Looks. Errors: not_found, refused (foreign), denied.
Report status(ports::World& world, const std::string& folder);

}  // namespace sandbox
