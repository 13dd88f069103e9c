#pragma once

#include <cstdint>
#include <string>

#include "lib/ports/files.hpp"
#include "lib/sandbox/layout.hpp"

namespace sandbox {

struct PortNumbers {
  int postgres = 0;
  int redis = 0;
  int application = 0;
  int standby = 0;  // of a second PostgreSQL; 0 where there is none
  bool operator==(const PortNumbers&) const = default;
};

/// What a sandbox knows about itself: the marker file, which also says that the folder is ours to
/// delete. No secrets.
struct State {
  std::string folder;  // where it was made: a copied folder is not a sandbox
  std::string account;
  PortNumbers ports{};
  std::uint64_t bytes = 0;  // of generated data; 0 if a dump was loaded
  std::string dump{};       // the file it was loaded from; empty if generated
  std::string tools{};      // folder of initdb and its kind
  std::string release{};    // of NetBox, whose database this is; empty until that is known
  bool pair = false;        // PostgreSQL has a second server
  std::string made{};       // when it was complete for the first time; empty until then
};

/// What is in the folder that was asked for.
enum class Found { nothing, ours, foreign };

/// Looks; `state` is filled for Found::ours. An empty folder, or one with nothing but the marker's
/// unfinished first writing, is nothing.
/// Errors: corrupt (a marker that can't be read), refused (made by a newer version), denied.
Found look(ports::Files& files, const Layout& layout, State& state);
void save(ports::Files& files, const Layout& layout, const State& state);

}  // namespace sandbox
