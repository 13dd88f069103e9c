#include <fmt/format.h>

#include "lib/application/python/module.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/discover/builder.hpp"

namespace discover {
namespace {

/// The address of gunicorn's own configuration, "127.0.0.1:8001"; empty if it does not say.
std::string boundTo(ports::World& world, const std::string& path) {
  try {
    if (!world.files.info(path)) return {};
    const auto bind = application::python::readModule(world.files.read(path)).find("bind");
    if (!bind || !bind->isText()) return {};
    // Answers on every address: this host's own is one of them.
    if (bind->text.starts_with("0.0.0.0:")) return "127.0.0.1" + bind->text.substr(7);
    if (bind->text.starts_with(":")) return "127.0.0.1" + bind->text;
    return bind->text.starts_with("unix:") ? "" : bind->text;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return {};
  }
}

}  // namespace

/// A name that the application answers to; empty if it answers to any, or none is known.
std::string Builder::hostHeader() const {
  if (!result_.settings || !result_.settings->allowed_hosts.value) return {};
  const auto names = core::split(*result_.settings->allowed_hosts.value, ',');
  for (const std::string& name : names) {
    if (core::trim(name) == "*") return {};
  }
  std::string first(core::trim(names.front()));
  if (first.starts_with('.')) first.erase(0, 1);
  return first;
}

void Builder::takeProbe() {
  auto& instance = result_.instance;
  const std::string file = instance.root + "/gunicorn.py";
  const std::string address = boundTo(world_, file);
  const auto base = result_.settings
                        ? result_.settings->base_path
                        : application::Setting::missing(
                              "its BASE_PATH is not known: the configuration can't be read");
  if (address.empty() || !base.value) {
    gap("probe", "address that a healthy " + instance.name + " answers",
        address.empty() ? file + " names none" : base.why,
        "Set [[instance." + instance.name + ".probe]] with url = \"http://…/login/\".");
    return;
  }
  config::ProbeSettings probe;
  std::string path = *base.value;
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  probe.url = fmt::format("http://{}/{}login/", address, path.empty() ? "" : path + "/");
  if (const std::string host = hostHeader(); !host.empty()) probe.headers["Host"] = host;
  instance.probes.push_back(std::move(probe));
  for (const char* key : {"url", "status", "headers"}) {
    origin(std::string("probe.1.") + key, "discovered: " + file);
  }
}

}  // namespace discover
