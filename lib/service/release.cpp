#include "lib/service/release.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

// A process's start is known to about a second, and a release is put in place before its restart.
constexpr auto kSlack = std::chrono::seconds(2);

std::string parent(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(1, path.rfind('/')));
}

std::string name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool inside(const std::string& path, const std::string& root) {
  return path == root || path.starts_with(root + "/");
}

void consider(ports::Files& files, const std::string& path, bool as_link, Release& release) {
  try {
    const auto real = as_link ? std::optional(path) : files.resolve(path);
    const auto info = real ? files.info(*real) : std::nullopt;
    if (!info || (as_link && info->type != ports::FileType::link)) return;
    if (release.changed && info->changed <= *release.changed) return;
    release.changed = info->changed;
    release.newest = path;
  } catch (const core::Error&) {
    return;  // not ours to see
  }
}

}  // namespace

bool runsCode(config::ServiceRole role) {
  return role == config::ServiceRole::application || role == config::ServiceRole::worker ||
         role == config::ServiceRole::scheduler;
}

Release releaseOf(ports::Files& files, const config::Instance& instance) {
  Release release;
  if (instance.root.empty()) return release;
  release.root = files.resolve(instance.root).value_or("");
  if (release.root.empty()) return release;
  consider(files, instance.root, true, release);
  for (const char* mark : {"/.git/logs/HEAD", "/netbox/release.yaml", "/netbox/netbox/settings.py",
                           "/pyvenv.cfg", "/venv/pyvenv.cfg"}) {
    consider(files, instance.root + mark, false, release);
  }
  if (!instance.settings.empty()) consider(files, instance.settings, false, release);
  return release;
}

std::string oldCode(const config::ServiceSettings& service, const Details& details,
                    const config::Instance& instance, const Release& release) {
  if (!runsCode(service.role) || details.state.running != Running::yes) return {};
  if (details.image_stale) return "its image is not the one that the image's name means by now";
  if (!details.process) return {};
  const MainProcess& process = *details.process;
  if (process.executable_deleted) return process.executable + ", which it runs, was replaced";
  if (process.folder_deleted) return process.folder + ", where it runs, was removed";
  if (!process.deleted_files.empty()) {
    return fmt::format(
        "{} that it has loaded {} replaced ({})",
        core::plural(static_cast<std::int64_t>(process.deleted_files.size()), "file", "files"),
        process.deleted_files.size() == 1 ? "was" : "were", process.deleted_files.front());
  }
  if (service.manager == config::ServiceManager::compose || release.root.empty()) return {};
  // "/opt/netbox-4.1.0/netbox" beside "/opt/netbox-4.2.3", which "/opt/netbox" leads to.
  const std::string kin = parent(release.root) + "/" + name(instance.root);
  if (!inside(process.folder, release.root) && process.folder.starts_with(kin)) {
    return fmt::format("it runs in {}, and the release is {}", process.folder, release.root);
  }
  if (process.started && release.changed && *process.started + kSlack < *release.changed) {
    return fmt::format("it was started {} before {} was changed",
                       core::formatDuration(*release.changed - *process.started), release.newest);
  }
  return {};
}

}  // namespace service
