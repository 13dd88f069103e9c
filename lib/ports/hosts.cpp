#include "lib/ports/hosts.hpp"

#include "lib/ports/world.hpp"

namespace ports {
namespace {

/// "web1" is "web1.example.org", whoever leaves the domain out.
bool sameHost(const std::string& one, const std::string& other) {
  const auto first = [](const std::string& name) { return name.substr(0, name.find('.')); };
  const bool whole = one.find('.') != std::string::npos && other.find('.') != std::string::npos;
  return !one.empty() && (whole ? one == other : first(one) == first(other));
}

bool isHere(const Caller& caller, const HostAddress& host) {
  using Transport = HostAddress::Transport;
  return host.transport == Transport::local ||
         (host.transport == Transport::automatic && sameHost(host.name, caller.host));
}

}  // namespace

struct Hosts::Entry {
  Ways ways;
  World world;
};

Hosts::Hosts() = default;
Hosts::~Hosts() = default;

World& Hosts::world(World& home, const HostAddress& host) {
  if (isHere(home.caller, host)) return home;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Entry>& entry = known_[host];
  if (!entry) {
    Ways ways = reach(home, host);
    World world{*ways.shell, home.sql,          home.http,   *ways.files, home.clock,
                home.prompt, home.cancellation, home.caller, home.hosts,  ways.trees.get()};
    entry = std::make_unique<Entry>(Entry{std::move(ways), std::move(world)});
  }
  return entry->world;
}

}  // namespace ports
