#include "lib/permissions/place.hpp"

#include <algorithm>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/permissions/inside.hpp"
#include "lib/service/services.hpp"

namespace permissions {
namespace {

using config::ServiceRole;

/// The service of a host whose container sees the files; empty: they are the host's own.
std::string containerOf(const config::Instance& instance, const std::string& host) {
  for (const ServiceRole role : {ServiceRole::application, ServiceRole::worker}) {
    for (const config::ServiceSettings& service : instance.services) {
      if (service.role != role || !runsOn(service, host)) continue;
      return service.manager == config::ServiceManager::compose ? service.name : "";
    }
  }
  return {};
}

bool runsInstance(const config::HostSettings& host) {
  return std::any_of(host.roles.begin(), host.roles.end(), [](config::HostRole role) {
    return role == config::HostRole::frontend || role == config::HostRole::worker;
  });
}

int processOf(ports::World& host, const config::Instance& instance, const std::string& name) {
  service::Services services(host, instance);
  config::ServiceSettings service = services.named(name);
  service.host.clear();  // seen from there
  const service::ServiceState state = services.observe(service);
  if (state.pid != 0) return state.pid;
  throw core::Error(core::Kind::undetermined,
                    "the files are those of a container of service " + name + ": " + state.words,
                    "Start it, then try again: sotctl service start " + name);
}

}  // namespace

std::string Place::inWords() const {
  if (container.empty()) return host;
  return "container " + container + (host.empty() ? "" : " on " + host);
}

bool runsOn(const config::ServiceSettings& service, const std::string& host) {
  return service.host == host;
}

std::vector<Place> placesOf(ports::World& home, const config::Instance& instance,
                            const std::vector<std::string>& hosts) {
  std::vector<std::string> names = hosts;
  for (const std::string& name : names) config::hostNamed(instance, name);
  if (names.empty()) {
    for (const config::HostSettings& host : instance.hosts) {
      if (runsInstance(host)) names.push_back(host.address.name);
    }
  }
  if (names.empty()) names.emplace_back();
  std::vector<Place> places;
  for (const std::string& name : names) {
    // A service without hosts runs here, whatever this host is called.
    const bool here = name.empty() || &config::worldOf(home, instance, name) == &home;
    std::string container = containerOf(instance, name);
    if (container.empty() && here) container = containerOf(instance, "");
    places.push_back({here ? "" : name, container});
  }
  return places;
}

struct Site::Inside {
  Inside(ports::World& host, int process)
      : files(host.files, process),
        trees(host.itsTrees(), host.files, process),
        world{host.shell,  host.sql,          host.http,   files,      host.clock,
              host.prompt, host.cancellation, host.caller, host.hosts, &trees} {}

  InsideFiles files;
  InsideTrees trees;
  ports::World world;
};

Site::Site(ports::World& home) : host_(home) {}

Site::Site(ports::World& home, const config::Instance& instance, const Place& place)
    : host_(config::worldOf(home, instance, place.host)) {
  if (place.container.empty()) return;
  inside_ = std::make_unique<Inside>(host_, processOf(host_, instance, place.container));
}

Site::~Site() = default;

ports::World& Site::world() { return inside_ ? inside_->world : host_; }

}  // namespace permissions
