#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"

namespace permissions {

/// Where files are looked at, as plain data.
struct Place {
  std::string host;       // one of the instance's; empty: this one
  std::string container;  // service whose container sees them; empty: the host itself does

  std::string inWords() const;  // "container app on web1"; empty: this host
  bool operator==(const Place&) const = default;
};

/// The places where the instance's files are: each host that runs it (all with a role of frontend
/// or worker; this one if none is configured), or the ones that `hosts` names; there the container
/// of the application, or else of the worker, if compose keeps it. Errors: not_found (a host).
std::vector<Place> placesOf(ports::World& home, const config::Instance& instance,
                            const std::vector<std::string>& hosts);

/// Whether a service is configured to run on this host ("": the one that we are on).
bool runsOn(const config::ServiceSettings& service, const std::string& host);

/// The worlds of a place. Keeps references.
class Site {
 public:
  /// This host itself.
  explicit Site(ports::World& home);
  /// Errors: not_found (no such host or service), undetermined (no container runs), those of
  /// config::worldOf().
  Site(ports::World& home, const config::Instance& instance, const Place& place);
  ~Site();

  /// With files and trees as the place has them. A container's can be changed through its trees
  /// alone.
  ports::World& world();
  /// Of the host: its processes, its services, its commands.
  ports::World& host() { return host_; }

 private:
  struct Inside;
  ports::World& host_;
  std::unique_ptr<Inside> inside_;
};

}  // namespace permissions
