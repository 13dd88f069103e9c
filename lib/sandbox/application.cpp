#include "lib/sandbox/application.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "lib/sandbox/embedded.hpp"
#include "lib/sandbox/programs.hpp"
#include "lib/sandbox/servers.hpp"

namespace sandbox {
namespace {

std::string text(std::string_view name) {
  const auto found = embedded(name);
  if (found.empty()) throw std::logic_error(fmt::format("file {} is not compiled in", name));
  return std::string(found);
}

void writeModules(Site& site) {
  auto& files = site.world.files;
  // One by one: missing parents would be the caller's alone.
  for (const auto& folder : {site.layout.app(), site.layout.app() + "/netbox",
                             site.layout.package(), site.layout.app() + "/netbox/static",
                             site.layout.app() + "/venv", site.layout.app() + "/venv/bin"}) {
    files.makeFolder(folder, 0755);
  }
  files.replace(site.layout.package() + "/__init__.py", "", 0644);
  for (const char* name : {"api.py", "changes.py", "database.py", "hooks.py", "pages.py",
                           "requests.py", "sessions.py", "uploads.py", "worker.py", "wsgi.py"}) {
    files.replace(site.layout.package() + "/" + name, text(name), 0644);
  }
  files.replace(site.layout.app() + "/netbox/static/sandbox.5f3ac1d2.css", text("sandbox.css"),
                0644);
  files.replace(site.layout.app() + "/netbox/manage.py", text("manage.py"), 0755);
}

/// Releases from 4.1 on say what they are in release.yaml, older ones in settings.py.
void writeRelease(Site& site) {
  auto& files = site.world.files;
  const std::vector<std::pair<std::string, std::string>> values{{"RELEASE", site.state.release}};
  files.replace(site.layout.package() + "/settings.py", filled(text("settings.py"), values), 0644);
  const std::string yaml = site.layout.app() + "/netbox/release.yaml";
  if (site.state.release.starts_with("3.")) {
    if (files.info(yaml)) files.remove(yaml);
  } else {
    files.replace(yaml, filled(text("release.yaml"), values), 0644);
  }
}

void writeSettings(Site& site) {
  const auto& ports = site.state.ports;
  const std::string secret_key = secretIn(site, site.layout.secrets() + "/secret-key");
  writeAccountFile(
      site, site.layout.settings(),
      filled(text("configuration.py"), {{"PASSWORD", secretIn(site, site.layout.password())},
                                        {"POSTGRES_PORT", std::to_string(primaryPort(site))},
                                        {"REDIS_PORT", std::to_string(ports.redis)},
                                        {"SECRET_KEY", secret_key},
                                        {"LOGIN", secretIn(site, site.layout.login())},
                                        {"MEDIA", site.layout.media()}}),
      0600);
  site.world.files.replace(site.layout.app() + "/gunicorn.py",
                           filled(text("gunicorn.py"), {{"PORT", std::to_string(ports.application)},
                                                        {"APP", site.layout.app()},
                                                        {"LOG", site.layout.log()}}),
                           0644);
}

/// A virtual environment is its folder, two links and this file; making one with Python's own
/// module takes seconds and a package that may be missing.
void writeEnvironment(Site& site) {
  auto& files = site.world.files;
  const std::string bin = site.layout.app() + "/venv/bin";
  files.replace(site.layout.app() + "/venv/pyvenv.cfg",
                "home = /usr/bin\ninclude-system-site-packages = true\n", 0644);
  for (const auto& [name, target] :
       std::map<std::string, std::string>{{"python3", kPython}, {"python", "python3"}}) {
    if (files.info(bin + "/" + name)) continue;
    site.world.shell.run(ports::Command{{"ln", "-s", target, bin + "/" + name}});
  }
}

/// The smallest PNG: one grey pixel.
std::string onePixel() {
  static constexpr unsigned char bytes[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
      0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
      0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
      0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
      0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

}  // namespace

void writeApplication(Site& site) {
  writeModules(site);
  writeRelease(site);
  writeSettings(site);
  writeEnvironment(site);
}

void writeMedia(Site& site) {
  const std::string folder = site.layout.media() + "/image-attachments";
  makeAccountFolder(site, site.layout.media(), 0755);
  makeAccountFolder(site, folder, 0755);
  if (!site.state.dump.empty()) return;
  for (int device = 1; device <= 3; ++device) {
    const std::string file = fmt::format("{}/device_{}_front.png", folder, device);
    if (!site.world.files.info(file)) writeAccountFile(site, file, onePixel(), 0644);
  }
}

}  // namespace sandbox
