#include "lib/permissions/facts.hpp"

#include <fmt/format.h>

#include <array>

#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

constexpr std::array kWebFolders{
    "/etc/nginx",      "/etc/nginx/conf.d",         "/etc/nginx/sites-enabled",
    "/etc/apache2",    "/etc/apache2/conf-enabled", "/etc/apache2/sites-enabled",
    "/etc/httpd/conf", "/etc/httpd/conf.d",         "/etc/caddy",
};
constexpr std::array kPolicies{"netbox", "nautobot"};

/// A line that serves a folder: "alias /opt/netbox/netbox/media/;", "Alias /media /opt/…".
bool serves(std::string_view line, const std::string& folder) {
  const std::string_view text = core::trim(line);
  if (text.empty() || text.front() == '#') return false;
  const auto at = text.find(folder);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = text.substr(at + folder.size());
  const bool ends = rest.empty() || rest.find_first_of("/;\"' \t>") == 0;
  const bool deed = text.starts_with("alias") || text.starts_with("Alias") ||
                    text.starts_with("root") || text.starts_with("AliasMatch") ||
                    text.starts_with("DocumentRoot");
  return ends && deed;
}

std::string withoutLinks(ports::Files& files, const std::string& path) {
  if (path.empty()) return path;
  return files.resolve(path).value_or(path);
}

/// The first that is there.
std::string firstOf(ports::Files& files, const std::vector<const char*>& paths) {
  for (const char* path : paths) {
    if (const auto real = files.resolve(path)) return *real;
  }
  return {};
}

/// Where the products' own images keep things (netbox-docker 3, networktocode/nautobot 2).
void fillIn(ports::Files& files, config::Product product, Facts& facts) {
  const bool netbox = product == config::Product::netbox;
  if (facts.root.empty()) facts.root = firstOf(files, {netbox ? "/opt/netbox" : "/opt/nautobot"});
  if (facts.media.empty()) {
    facts.media = firstOf(files, {netbox ? "/opt/netbox/netbox/media" : "/opt/nautobot/media"});
  }
  if (!facts.settings.empty()) return;
  facts.settings = netbox ? firstOf(files, {"/etc/netbox/config/configuration.py",
                                            "/opt/netbox/netbox/netbox/configuration.py"})
                          : firstOf(files, {"/opt/nautobot/nautobot_config.py"});
}

/// People by the names that the container has for their numbers.
void nameInside(ports::Trees& trees, People& people) {
  for (Person& person : people.all) {
    const std::string name = trees.accountName(person.identity.uid);
    if (!name.empty()) person.account = name;
  }
}

void refuseDistrusted(ports::World& world, const std::string& file) {
  if (const auto why = config::distrust(world.files, file, world.caller.uid)) {
    throw core::Error(core::Kind::refused, fmt::format("policy {} is not used: {}", file, *why),
                      "A policy decides what root changes: make it writable by root alone.");
  }
}

}  // namespace

std::string servedAt(ports::Files& files, const std::string& folder) {
  for (const char* place : kWebFolders) {
    if (!files.info(place)) continue;
    for (const ports::FileInfo& entry : files.list(place)) {
      const std::string file = std::string(place) + "/" + entry.name;
      if (entry.type == ports::FileType::folder || entry.bytes > 1024 * 1024) continue;
      const auto real = files.resolve(file);
      const auto info = real ? files.info(*real) : std::nullopt;
      if (!info || info->type != ports::FileType::file) continue;
      int number = 0;
      for (const std::string& line : core::split(files.read(file), '\n')) {
        ++number;
        if (serves(line, folder)) return fmt::format("{}:{}", file, number);
      }
    }
  }
  return {};
}

Facts gatherFacts(Site& site, const config::Instance& instance, const Place& place) {
  ports::Files& files = site.world().files;
  Facts facts;
  facts.root = withoutLinks(files, instance.root);
  facts.media = withoutLinks(files, instance.media);
  facts.settings = withoutLinks(files, instance.settings);
  if (!place.container.empty()) fillIn(files, instance.product, facts);
  if (!facts.media.empty()) facts.media_served_at = servedAt(site.host().files, facts.media);
  facts.people = runtimePeople(site.host(), instance, place.host);
  if (!place.container.empty()) nameInside(site.world().itsTrees(), facts.people);
  return facts;
}

Policy findPolicy(ports::World& world, const std::string& name) {
  const bool is_file = name.find('/') != std::string::npos;
  const std::string file =
      is_file ? world.caller.absolute(name) : "/etc/sotctl/policies/" + name + ".toml";
  if (is_file || world.files.info(file)) {
    refuseDistrusted(world, file);
    return parsePolicy(world.files.read(file), file);
  }
  const std::string_view shipped = embedded(name + ".toml");
  if (!shipped.empty()) return parsePolicy(std::string(shipped), "policy " + name);
  throw core::Error(
      core::Kind::not_found, "no policy " + name,
      fmt::format("There are {}; a file is named with a slash.", fmt::join(kPolicies, " and ")));
}

}  // namespace permissions
