#include "lib/permissions/explain.hpp"

#include "commands/context.hpp"
#include "commands/permissions/permissions.hpp"
#include "commands/permissions/shared.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/place.hpp"

namespace commands {
namespace {

struct PermissionsExplainOptions {
  std::string path;
  std::string user;
  std::string rights = "rw";
  std::string host;
};

void bind(Arguments& arguments, PermissionsExplainOptions& options) {
  arguments.positional("PATH", options.path, "file or folder");
  arguments.option("--as", "USER", options.user,
                   "account, or a role of the instance: application, worker, web");
  arguments.choice("--rights", {"r", "w", "x", "rw", "rx", "wx", "rwx"}, options.rights,
                   "what is asked for at the end of the path; otherwise rw");
  arguments.option("--host", "NAME", options.host,
                   "host of the instance; otherwise the first that runs it");
}

/// Where is meant: this host, unless an instance says that its files are elsewhere.
std::shared_ptr<permissions::Site> siteOf(Context& context,
                                          const PermissionsExplainOptions& options,
                                          permissions::Place& place) {
  ports::World& world = context.world();
  if (options.host.empty() && permissions_shared::onlyInstance(context) == nullptr) {
    return std::make_shared<permissions::Site>(world);
  }
  const config::Instance& instance = context.instance(Need::look);
  std::vector<std::string> hosts;
  if (!options.host.empty()) hosts.push_back(options.host);
  place = permissions::placesOf(world, instance, hosts).front();
  return std::make_shared<permissions::Site>(world, instance, place);
}

/// A role is the user that its processes really have, inside what they see of the file system.
permissions::Person personOf(Context& context, permissions::Site& site,
                             const permissions::Place& place, const std::string& user) {
  for (const char* role : {"application", "worker", "scheduler", "web"}) {
    if (user != role) continue;
    const permissions::People people =
        permissions::runtimePeople(site.host(), context.instance(Need::look), place.host);
    const auto found = people.ofRole(role);
    if (!found.empty()) return *found.front();
    throw core::Error(core::Kind::undetermined,
                      "no process of the " + user + " runs, so that its user is not known",
                      "Name the account: --as netbox.");
  }
  return permissions::personNamed(site.world(), user);
}

int run(Context& context, const PermissionsExplainOptions& options) {
  if (options.path.empty() || options.user.empty()) {
    throw core::Error(core::Kind::usage,
                      options.path.empty() ? "no PATH is given" : "--as is missing",
                      "Say which file and which user: sotctl permissions explain "
                      "/opt/netbox/netbox/media --as netbox");
  }
  permissions::Place place;
  const auto site = siteOf(context, options, place);
  const permissions::Person person = personOf(context, *site, place, options.user);
  const permissions::Explanation explanation = permissions::explain(
      site->world(), person, context.world().caller.absolute(options.path), options.rights);
  context.out().result(permissions::toJson(explanation, person),
                       permissions::inWords(explanation, person));
  if (!explanation.kernel_asked) return explanation.allowed ? 13 : 10;
  return explanation.allowed && explanation.kernel_allowed ? 0 : 10;
}

}  // namespace

Verb permissionsExplain() {
  return makeVerb<PermissionsExplainOptions>(
      {"explain",
       "why a user can, or can't, do something with a path",
       "Shows each component of the path with its owner, mode and the entry that decides for this "
       "user; the first that denies is marked. Links are followed. Below stands what the kernel "
       "itself says, asked as that user. Where compose keeps the application, paths are those that "
       "its container sees.",
       {"sotctl permissions explain /opt/netbox/netbox/media/image-attachments --as netbox",
        "sotctl permissions explain /etc/netbox/secret --as web --rights r"},
       {{4, "there is no such account or instance"},
        {5, "the path leads through too many links"},
        {10, "it is denied"},
        {13, "the kernel could not be asked, or nobody runs the role"}},
       {}},
      bind, run);
}

}  // namespace commands
