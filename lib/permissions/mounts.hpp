#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/permissions/people.hpp"

namespace permissions {

/// A mount as a process has it (proc(5), /proc/ID/mountinfo).
struct Mount {
  std::string place;   // "/opt"
  std::string type;    // "ext4", "nfs4", "overlay"
  std::string source;  // "/dev/sda1", "server:/export"
  bool read_only = false;
};

/// Lines of another shape are left out. Later mounts lie over earlier ones.
std::vector<Mount> parseMounts(const std::string& mountinfo);
/// The mount that a path is on; nothing for none.
const Mount* mountOf(const std::vector<Mount>& mounts, const std::string& path);

/// The mounts of a process; none where they can't be read. 0: this one's own.
std::vector<Mount> mountsOf(ports::Files& files, int process);

/// Why the kernel denied a person what owner, mode and ACL allow: a mount that is read-only for his
/// process, the property of his unit that made it so, an immutable file, a security module.
/// `error` is the errno. Begins with "; " where it says something.
std::string causeOf(ports::Files& host_files, const Person& person, const std::string& path,
                    int error);

}  // namespace permissions
