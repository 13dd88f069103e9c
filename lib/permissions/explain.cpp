#include "lib/permissions/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/acl.hpp"
#include "lib/permissions/evaluate.hpp"

namespace permissions {
namespace {

constexpr int kMostLinks = 40;  // as the kernel (path_resolution(7))

std::string listing(ports::Trees& trees, const ports::Attributes& thing) {
  const char* const kinds = "-dl?";
  std::string text(1, kinds[static_cast<int>(thing.type)]);
  for (const int shift : {6, 3, 0}) text += rightsInWords(thing.mode >> shift & 7);
  if ((thing.mode & 04000) != 0) text[3] = (thing.mode & 0100) != 0 ? 's' : 'S';
  if ((thing.mode & 02000) != 0) text[6] = (thing.mode & 0010) != 0 ? 's' : 'S';
  if ((thing.mode & 01000) != 0) text[9] = (thing.mode & 0001) != 0 ? 't' : 'T';
  if (!thing.access_acl.empty()) text += '+';
  const std::string user = trees.accountName(thing.uid);
  const std::string group = trees.groupName(thing.gid);
  return fmt::format("{} {}:{}", text, user.empty() ? std::to_string(thing.uid) : user,
                     group.empty() ? std::to_string(thing.gid) : group);
}

/// Walks one path down, component after component.
class Way {
 public:
  Way(ports::World& world, const Person& person, std::string rights, Explanation& explanation)
      : world_(world), person_(person), rights_(std::move(rights)), explanation_(explanation) {}

  void follow(const std::string& path) {
    std::vector<std::string> rest = parts(path);
    std::string here = "/";
    look(here, rest.empty());
    while (!rest.empty()) {
      const std::string name = rest.front();
      rest.erase(rest.begin());
      const std::string below = (here == "/" ? "" : here) + "/" + name;
      const bool is_link = look(below, rest.empty());
      if (!explanation_.components.back().there) return;
      if (!is_link) {
        here = below;
        continue;
      }
      if (++links_ > kMostLinks) {
        throw core::Error(core::Kind::refused,
                          fmt::format("{} leads through over {} links", path, kMostLinks));
      }
      const std::string target = explanation_.components.back().link;
      std::vector<std::string> next = parts(target);
      next.insert(next.end(), rest.begin(), rest.end());
      rest = std::move(next);
      if (target.starts_with('/')) here = "/";
      while (!rest.empty() && rest.front() == "..") {
        here = here.substr(0, std::max<std::size_t>(here.rfind('/'), 1));
        rest.erase(rest.begin());
      }
    }
  }

 private:
  static std::vector<std::string> parts(const std::string& path) {
    std::vector<std::string> parts = core::split(path, '/');
    parts.erase(std::remove_if(parts.begin(), parts.end(),
                               [](const std::string& part) { return part.empty() || part == "."; }),
                parts.end());
    return parts;
  }

  /// Whether it is a link.
  bool look(const std::string& path, bool last) {
    Component component;
    component.path = path;
    const auto thing = world_.itsTrees().attributes(path);
    if (!thing) {
      component.there = false;
      component.allowed = false;
      component.entry = "nothing is there";
    } else if (thing->type == ports::FileType::link) {
      component.attributes = listing(world_.itsTrees(), *thing);
      component.link = world_.files.linkTarget(path);
    } else {
      component.attributes = listing(world_.itsTrees(), *thing);
      component.rights = last ? rights_ : "x";
      const Verdict verdict = evaluate(*thing, person_.identity, component.rights);
      component.allowed = verdict.allowed;
      component.entry = verdict.entry;
    }
    explanation_.allowed = explanation_.allowed && component.allowed;
    explanation_.components.push_back(component);
    return !component.link.empty();
  }

  ports::World& world_;
  const Person& person_;
  std::string rights_;
  Explanation& explanation_;
  int links_ = 0;
};

std::string inWords(const Component& component, bool first_denial) {
  const std::string path = core::printable(component.path);
  if (!component.link.empty()) {
    return fmt::format("  {}  {} -> {}", component.attributes, path,
                       core::printable(component.link));
  }
  if (!component.there) return fmt::format("* {}: nothing is there", path);
  return fmt::format("{} {}  {}   {} {}: {}", first_denial ? "*" : " ", component.attributes, path,
                     component.rights, component.allowed ? "allowed" : "DENIED", component.entry);
}

}  // namespace

Explanation explain(ports::World& world, const Person& person, const std::string& path,
                    const std::string& rights) {
  Explanation explanation;
  explanation.rights = rights;
  Way(world, person, rights, explanation).follow(path);
  try {
    const auto answer =
        world.itsTrees().access(person.identity, person.process, {{path, rights}}).front();
    explanation.kernel_allowed = answer.allowed;
    explanation.kernel_words = answer.words;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    explanation.kernel_asked = false;
    explanation.kernel_words = error.what();
  }
  return explanation;
}

std::string inWords(const Explanation& explanation, const Person& person) {
  std::string text = fmt::format("{} for {}\n", explanation.rights, person.inWords());
  bool denied = false;
  for (const Component& component : explanation.components) {
    text += inWords(component, !component.allowed && !denied) + "\n";
    denied = denied || !component.allowed;
  }
  if (!explanation.kernel_asked) {
    return text + "the kernel could not be asked: " + explanation.kernel_words + "\n";
  }
  text += fmt::format("the kernel says: {}\n",
                      explanation.kernel_allowed ? "allowed" : explanation.kernel_words);
  if (explanation.kernel_allowed == explanation.allowed) return text;
  return text + "both disagree: look at mounts, sandboxing and security modules of the service\n";
}

core::Json toJson(const Explanation& explanation, const Person& person) {
  core::Json components = core::Json::array();
  for (const Component& component : explanation.components) {
    components.push_back({{"path", core::printable(component.path)},
                          {"attributes", component.attributes},
                          {"link", core::printable(component.link)},
                          {"rights", component.rights},
                          {"there", component.there},
                          {"allowed", component.allowed},
                          {"entry", component.entry}});
  }
  return {{"user", person.account},
          {"process", person.process},
          {"rights", explanation.rights},
          {"components", components},
          {"allowed", explanation.allowed},
          {"kernel",
           {{"asked", explanation.kernel_asked},
            {"allowed", explanation.kernel_allowed},
            {"words", explanation.kernel_words}}}};
}

}  // namespace permissions
