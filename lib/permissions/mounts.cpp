#include "lib/permissions/mounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

/// Spaces and the like stand as octal numbers: "\040".
std::string unescapedField(const std::string& field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    int code = 0;
    const char* digits = field.data() + i + 1;
    const bool escape = field[i] == '\\' && i + 3 < field.size() &&
                        std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3;
    text += escape ? static_cast<char>(code) : field[i];
    if (escape) i += 3;
  }
  return text;
}

bool below(const std::string& path, const std::string& folder) {
  return folder == "/" || path == folder || path.starts_with(folder + "/");
}

bool names(const std::string& list, const std::string& path) {
  const auto words = core::split(list, ' ');
  return std::any_of(words.begin(), words.end(), [&](std::string word) {
    word.erase(0, word.find_first_not_of("-+"));
    return !word.empty() && below(path, word);
  });
}

/// The properties of the unit that can be behind it, as systemd.exec(5) describes them.
std::vector<std::string> suspects(const Person& person, const std::string& path, int error) {
  std::vector<std::string> found;
  const auto set = [&](const char* name) -> std::string {
    const auto at = person.sandbox.find(name);
    return at == person.sandbox.end() ? "" : at->second;
  };
  const auto add = [&](const char* name) {
    found.push_back(fmt::format("{}={}", name, set(name)));
  };
  const bool lifted = names(set("ReadWritePaths"), path);
  const std::string system = set("ProtectSystem");
  const bool covered = system == "strict" || (!system.empty() && below(path, "/usr")) ||
                       (system == "full" && below(path, "/etc"));
  if (error == EROFS && covered && !lifted) add("ProtectSystem");
  if (error == EROFS && names(set("ReadOnlyPaths"), path)) add("ReadOnlyPaths");
  const bool home = below(path, "/home") || below(path, "/root") || below(path, "/run/user");
  if (home && !set("ProtectHome").empty()) add("ProtectHome");
  if (names(set("InaccessiblePaths"), path)) add("InaccessiblePaths");
  const bool temporary = below(path, "/tmp") || below(path, "/var/tmp");
  if (error == ENOENT && temporary && !set("PrivateTmp").empty()) add("PrivateTmp");
  if (error == ENOENT && names(set("TemporaryFileSystem"), path)) add("TemporaryFileSystem");
  if (error == ENOENT && !set("RootDirectory").empty()) add("RootDirectory");
  return found;
}

}  // namespace

std::vector<Mount> parseMounts(const std::string& mountinfo) {
  std::vector<Mount> mounts;
  for (const std::string& line : core::split(mountinfo, '\n')) {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const auto dash = line.find(" - ");
    const auto front = core::split(line.substr(0, dash), ' ');
    if (dash == std::string::npos || front.size() < 6) continue;
    const auto back = core::split(line.substr(dash + 3), ' ');
    if (back.size() < 3) continue;
    const auto has_ro = [](const std::string& options) {
      return options == "ro" || options.starts_with("ro,") ||
             options.find(",ro,") != std::string::npos || options.ends_with(",ro");
    };
    mounts.push_back({unescapedField(front[4]), back[0], unescapedField(back[1]),
                      has_ro(front[5]) || has_ro(back[2])});
  }
  return mounts;
}

const Mount* mountOf(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    const bool nearer = found == nullptr || mount.place.size() >= found->place.size();
    if (nearer && below(path, mount.place)) found = &mount;
  }
  return found;
}

std::vector<Mount> mountsOf(ports::Files& files, int process) {
  try {
    const std::string whose = process == 0 ? "self" : std::to_string(process);
    return parseMounts(files.read("/proc/" + whose + "/mountinfo"));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return {};
  }
}

std::string causeOf(ports::Files& host_files, const Person& person, const std::string& path,
                    int error) {
  std::string words;
  const std::vector<Mount> mounts =
      error == EROFS ? mountsOf(host_files, person.process) : std::vector<Mount>{};
  if (const Mount* mount = mountOf(mounts, path); mount != nullptr && mount->read_only) {
    words += fmt::format("; {} is mounted read-only for this process", mount->place);
  }
  const std::vector<std::string> because = suspects(person, path, error);
  if (!because.empty()) {
    return words + fmt::format(
                       "; {} has {}: add the folder to its ReadWritePaths=, or take that away "
                       "(systemctl edit)",
                       person.service, core::join(because, ", "));
  }
  if (!words.empty()) return words;
  if (error == EROFS) return "; the file system is read-only";
  if (error == EPERM) return "; it is immutable (lsattr; chattr -i takes that away)";
  if (error == ENOENT) return "; the service does not see it (a private or empty mount)";
  if (!person.confinement.empty()) {
    return fmt::format(
        "; the process is confined as {}: see what was denied with ausearch -m avc, or "
        "journalctl -k --grep DENIED",
        core::printable(person.confinement));
  }
  return "; a security module, or its file system, may deny it (ausearch, dmesg)";
}

}  // namespace permissions
