#pragma once

#include <fmt/format.h>

#include <string>

#include "tests/fakes/world.hpp"

namespace proc {

/// The fake clock's beginning, and a host that was started 1000 s before.
inline constexpr long kNow = 1795230000;
inline constexpr long kUptime = 1000;

inline void begin(fakes::MemFiles& files) {
  files.put("/proc/stat", fmt::format("cpu 1 2 3\nbtime {}\nprocesses 9\n", kNow - kUptime));
  files.put("/proc/sys/kernel/random/boot_id", "5f0c11aa-0000-4000-8000-000000000000\n");
  files.putFolder("/proc/1");
}

struct Running {
  int id = 0;
  int parent = 1;
  int session = 0;
  long seconds_after_boot = 0;
  std::string command{};  // words ended by spaces here, by NUL in /proc
  unsigned owner = 0;
  char state = 'S';
};

inline void run(fakes::MemFiles& files, Running process) {
  const std::string folder = fmt::format("/proc/{}", process.id);
  files.putFolder(folder, 0555, process.owner);
  files.put(folder + "/stat",
            fmt::format("{} (a (b) c) {} {} {} {} 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 {} 1 1\n",
                        process.id, process.state, process.parent, process.session, process.session,
                        process.seconds_after_boot * 100));
  for (char& c : process.command) c = c == ' ' ? '\0' : c;
  files.put(folder + "/cmdline", process.command + '\0');
}

inline void end(fakes::MemFiles& files, int id) { files.removeTree(fmt::format("/proc/{}", id)); }

}  // namespace proc
