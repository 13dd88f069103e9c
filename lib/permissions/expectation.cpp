#include "lib/permissions/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

constexpr std::array kSystemFolders{
    "/",          "/bin",     "/boot",    "/dev",     "/etc",       "/home",
    "/lib",       "/lib64",   "/media",   "/mnt",     "/opt",       "/proc",
    "/root",      "/run",     "/sbin",    "/srv",     "/sys",       "/tmp",
    "/usr",       "/var",     "/usr/bin", "/usr/lib", "/usr/local", "/usr/sbin",
    "/usr/share", "/var/lib", "/var/log", "/var/tmp", "/var/spool", "/var/cache"};
/// Nothing in these is anybody's own.
constexpr std::array kSystemTrees{"/bin/",  "/boot/", "/dev/",     "/lib/",     "/lib64/",
                                  "/sbin/", "/sys/",  "/usr/bin/", "/usr/lib/", "/usr/sbin/"};

std::optional<unsigned> asNumber(const std::string& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "{application}" -> "application".
std::optional<std::string> roleIn(const std::string& text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// Turns one rule after the other into numbers.
class Resolver {
 public:
  Resolver(ports::World& world, const Facts& facts) : world_(world), facts_(facts) {
    found_.people = facts.people.all;
  }

  Expectations take(const Policy& policy) {
    for (const Rule& rule : policy.rules) add(rule);
    return std::move(found_);
  }

 private:
  void add(const Rule& rule) {
    if (rule.when == "web-serves-media" && facts_.media_served_at.empty()) return;
    const std::optional<std::string> path = pathOf(rule);
    if (!path) return;
    Expectation one{Pattern(*path)};
    refuseSystemFolder(one.pattern.base());
    one.uid = user(rule);
    one.gid = group(rule);
    one.folders = rule.folders;
    one.files = rule.files;
    one.no_acl = rule.no_acl;
    one.readers = everybody(rule, rule.readers);
    one.writers = everybody(rule, rule.writers);
    one.kept_from = everybody(rule, rule.kept_from);
    one.optional = rule.optional;
    one.why = rule.why;
    one.place = rule.place;
    found_.rules.push_back(std::move(one));
  }

  std::optional<std::string> pathOf(const Rule& rule) {
    const std::map<std::string, std::string> variables{
        {"{root}", facts_.root}, {"{media}", facts_.media}, {"{settings}", facts_.settings}};
    if (rule.path.starts_with('/')) return rule.path;
    const std::string name = rule.path.substr(0, rule.path.find('}') + 1);
    const auto variable = variables.find(name);
    if (variable == variables.end()) {
      throw core::Error(core::Kind::configuration,
                        fmt::format("{}: path \"{}\" begins with none of {{root}}, {{media}} and "
                                    "{{settings}}",
                                    rule.place, rule.path));
    }
    if (!variable->second.empty()) return variable->second + rule.path.substr(name.size());
    unclear(fmt::format("{}: {} is not known", rule.place, name));
    return std::nullopt;
  }

  const Person* firstOf(const Rule& rule, const std::string& role) {
    std::vector<const Person*> people = facts_.people.ofRole(role);
    // On a host of workers alone, the application's files are theirs.
    if (people.empty() && role == "application" && !facts_.people.configured.contains(role)) {
      people = facts_.people.ofRole("worker");
    }
    if (!people.empty()) return people.front();
    unclear(fmt::format("{}: no process of the {} runs, so that its user is not known", rule.place,
                        role));
    return nullptr;
  }

  std::optional<unsigned> user(const Rule& rule) {
    if (rule.owner.empty()) return std::nullopt;
    if (const auto role = roleIn(rule.owner)) {
      const Person* person = firstOf(rule, *role);
      return person == nullptr ? std::nullopt : std::optional(person->identity.uid);
    }
    if (const auto identity = world_.itsTrees().account(rule.owner)) return identity->uid;
    if (const auto number = asNumber(rule.owner)) return number;
    throw core::Error(core::Kind::not_found, "no account " + rule.owner + " on this host",
                      "List the accounts with `getent passwd`.");
  }

  std::optional<unsigned> group(const Rule& rule) {
    if (rule.group.empty()) return std::nullopt;
    if (const auto role = roleIn(rule.group)) {
      const Person* person = firstOf(rule, *role);
      return person == nullptr ? std::nullopt : std::optional(person->identity.gid);
    }
    if (const auto gid = world_.itsTrees().group(rule.group)) return gid;
    if (const auto number = asNumber(rule.group)) return number;
    throw core::Error(core::Kind::not_found, "no group " + rule.group + " on this host",
                      "List the groups with `getent group`.");
  }

  std::set<std::size_t> everybody(const Rule& rule, const std::vector<std::string>& names) {
    std::set<std::size_t> people;
    for (const std::string& name : names) {
      if (name.starts_with("user:")) {
        people.insert(account(name.substr(5)));
        continue;
      }
      bool somebody = false;
      for (std::size_t i = 0; i < found_.people.size(); ++i) {
        if (found_.people[i].role != name) continue;
        people.insert(i);
        somebody = true;
      }
      // Nobody needs the rights of what does not run on this host.
      const bool elsewhere = name == "web" || (!facts_.people.configured.empty() &&
                                               !facts_.people.configured.contains(name));
      if (!somebody && !elsewhere) firstOf(rule, name);
    }
    return people;
  }

  std::size_t account(const std::string& name) {
    const Person person = personNamed(world_, name);
    for (std::size_t i = 0; i < found_.people.size(); ++i) {
      if (found_.people[i].role == person.role) return i;
    }
    found_.people.push_back(person);
    return found_.people.size() - 1;
  }

  void unclear(std::string words) {
    auto& known = found_.unclear;
    if (std::find(known.begin(), known.end(), words) == known.end()) {
      known.push_back(std::move(words));
    }
  }

  ports::World& world_;
  const Facts& facts_;
  Expectations found_;
};

core::Json toJson(const std::optional<ModeRange>& range) {
  return range ? core::Json{range->least, range->most} : core::Json();
}

std::optional<ModeRange> rangeFromJson(const core::Json& json) {
  if (json.is_null()) return std::nullopt;
  return ModeRange{json.at(0).get<unsigned>(), json.at(1).get<unsigned>()};
}

core::Json toJson(const std::optional<unsigned>& number) {
  return number ? core::Json(*number) : core::Json();
}

std::optional<unsigned> numberFromJson(const core::Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<unsigned>());
}

}  // namespace

void refuseSystemFolder(const std::string& path) {
  const bool whole =
      std::find(kSystemFolders.begin(), kSystemFolders.end(), path) != kSystemFolders.end();
  const bool inside = std::any_of(kSystemTrees.begin(), kSystemTrees.end(),
                                  [&](const char* tree) { return path.starts_with(tree); });
  if (!whole && !inside) return;
  throw core::Error(core::Kind::refused, path + " belongs to the system as a whole",
                    "Name the folder that is meant, such as /opt/netbox/netbox/media.");
}

std::vector<std::string> Expectations::roots() const {
  std::vector<std::string> bases;
  for (const Expectation& rule : rules) bases.push_back(rule.pattern.base());
  std::sort(bases.begin(), bases.end());
  std::vector<std::string> roots;
  for (const std::string& base : bases) {
    const bool covered = std::any_of(roots.begin(), roots.end(), [&](const std::string& root) {
      return base == root || base.starts_with(root + "/");
    });
    if (!covered) roots.push_back(base);
  }
  return roots;
}

Expectations resolve(ports::World& world, const Policy& policy, const Facts& facts) {
  Expectations found = Resolver(world, facts).take(policy);
  if (found.rules.empty()) {
    throw core::Error(core::Kind::refused,
                      policy.file + " concerns nothing on this host: no rule has a path here",
                      found.unclear.empty() ? "" : found.unclear.front() + ".");
  }
  return found;
}

core::Json toJson(const Expectations& expectations) {
  core::Json rules = core::Json::array();
  for (const Expectation& rule : expectations.rules) {
    rules.push_back({{"path", rule.pattern.text()},
                     {"uid", toJson(rule.uid)},
                     {"gid", toJson(rule.gid)},
                     {"folders", toJson(rule.folders)},
                     {"files", toJson(rule.files)},
                     {"no_acl", rule.no_acl}});
  }
  return rules;
}

Expectations expectationsFromJson(const core::Json& json) {
  Expectations found;
  for (const core::Json& rule : json) {
    Expectation one{Pattern(rule.at("path").get<std::string>())};
    refuseSystemFolder(one.pattern.base());
    one.uid = numberFromJson(rule.at("uid"));
    one.gid = numberFromJson(rule.at("gid"));
    one.folders = rangeFromJson(rule.at("folders"));
    one.files = rangeFromJson(rule.at("files"));
    one.no_acl = rule.at("no_acl").get<bool>();
    found.rules.push_back(std::move(one));
  }
  return found;
}

}  // namespace permissions
