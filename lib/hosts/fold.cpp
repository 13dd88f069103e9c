#include "lib/hosts/fold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace hosts {
namespace {

constexpr std::size_t kNamed = 3;

struct Group {
  std::string words;
  std::vector<std::string> names;
};

}  // namespace

std::string fold(const std::vector<std::pair<std::string, std::string>>& answers) {
  std::vector<Group> groups;
  for (const auto& [host, words] : answers) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return group.words == words; });
    if (found == groups.end()) {
      groups.push_back({words, {host}});
    } else {
      found->names.push_back(host);
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& one, const Group& other) {
    return one.names.size() > other.names.size();
  });
  std::vector<std::string> parts;
  for (const Group& group : groups) {
    const std::string who = group.names.size() <= kNamed
                                ? core::join(group.names, ", ")
                                : fmt::format("{} hosts", group.names.size());
    parts.push_back(who + ": " + group.words);
  }
  return core::join(parts, "; ");
}

}  // namespace hosts
