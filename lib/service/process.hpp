#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/ports/files.hpp"

namespace service {

/// One process as /proc shows it. A number is used again after its process ended: `identity` is
/// what names this process and no other.
struct Process {
  int id = 0;
  int parent = 0;
  int session = 0;
  bool ended = false;               // a zombie: nothing runs any more
  std::uint64_t started_ticks = 0;  // since the host was started
  core::Time started{};             // good to about a second
  std::string account;              // effective; "" where the number has no account
  std::vector<std::string> command{};
  /// "4711@338290-5f0c": process, its start, the host's start.
  std::string identity() const;

  std::string boot;  // id of the host's start
};

/// The parts of /proc/ID/stat (proc(5)) that are used; nothing for a text of another shape. The
/// program's name in it may hold spaces and brackets.
std::optional<Process> parseStat(std::string_view text);
/// The words of /proc/ID/cmdline.
std::vector<std::string> parseCommand(std::string_view text);

/// The process, what descends from it among `everyone`, and the rest of its session if it leads
/// one: what must be gone when a service is stopped. Without those that have ended.
std::vector<Process> familyOf(const Process& process, const std::vector<Process>& everyone);

/// The processes of one host, read from /proc. Nothing is kept between two calls but what does not
/// change while the host runs.
class Processes {
 public:
  explicit Processes(ports::Files& files) : files_(files) {}

  /// Nothing if there is no such process; one that has ended and waits for its parent is given,
  /// with `ended` set.
  std::optional<Process> find(int id);
  /// All that can be seen, by number.
  std::vector<Process> all();
  /// As familyOf(), of all that can be seen.
  std::vector<Process> family(const Process& process) { return familyOf(process, all()); }
  /// Whether this very process still runs.
  bool runs(const Process& process);
  /// False where /proc hides other people's processes (mount option hidepid): then "no such
  /// process" can't be told from "not ours to see".
  bool showsOthers();

 private:
  void readBoot();

  ports::Files& files_;
  std::string boot_;
  std::int64_t boot_seconds_ = 0;
};

}  // namespace service
