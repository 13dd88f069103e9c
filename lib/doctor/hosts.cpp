#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/doctor.hpp"
#include "lib/doctor/outcome.hpp"
#include "lib/hosts/parallel.hpp"

namespace doctor {
namespace {

/// Whether programs run there, and whether its files can be served.
Results examine(ports::World& there, const std::string& name) {
  Results results;
  results.push_back(checked("host." + name + ".login", "host " + name, [&] {
    ports::Command command{{"id", "-un"}};
    command.mutates = false;
    const ports::Outcome outcome = there.shell.run(command);
    return passed("host." + name + ".login", "host " + name,
                  fmt::format("commands run there as {}", core::trim(outcome.out)));
  }));
  if (results.front().outcome != core::Outcome::pass) return results;
  const std::string id = "host." + name + ".files";
  results.push_back(checked(id, "files of " + name, [&] {
    there.files.info("/");
    return passed(id, "files of " + name, "served by sotctl-remote");
  }));
  return results;
}

}  // namespace

Results checkHosts(ports::World& world, const config::Instance& instance) {
  std::vector<std::string> names;
  for (const config::HostSettings& host : instance.hosts) {
    if (&config::worldOf(world, instance, host.address.name) == &world) continue;
    names.push_back(host.address.name);
  }
  const auto answers =
      hosts::askHosts<Results>(names, {}, world.cancellation, [&](const std::string& name) {
        return examine(config::worldOf(world, instance, name), name);
      });
  Results all;
  for (const auto& answer : answers) {
    all.insert(all.end(), answer.value.begin(), answer.value.end());
  }
  return all;
}

}  // namespace doctor
