#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/checks/engine.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace checks {
namespace {

bool has(const Item& item, const std::vector<std::string>& tags) {
  return std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
    return std::find(item.tags.begin(), item.tags.end(), tag) != item.tags.end();
  });
}

void refuseUnknown(const std::vector<Item>& items, const std::vector<std::string>& tags) {
  std::set<std::string> all;
  for (const Item& item : items) all.insert(item.tags.begin(), item.tags.end());
  const std::vector<std::string> known(all.begin(), all.end());
  for (const std::string& tag : tags) {
    if (all.contains(tag)) continue;
    const auto near = core::nearest(tag, known);
    throw core::Error(core::Kind::usage,
                      fmt::format("no item has the tag {}", core::printable(tag)),
                      near.empty() ? "Tags: " + core::join(known, ", ") + "."
                                   : "Did you mean " + near.front() + "?");
  }
}

}  // namespace

std::vector<Item> select(const std::vector<Item>& items, const std::vector<std::string>& only,
                         const std::vector<std::string>& without) {
  refuseUnknown(items, only);
  refuseUnknown(items, without);
  std::set<std::string> chosen;
  for (const Item& item : items) {
    if ((only.empty() || has(item, only)) && !has(item, without)) chosen.insert(item.id);
  }
  for (bool grown = true; grown;) {
    const auto before = chosen.size();
    for (const Item& item : items) {
      if (!chosen.contains(item.id)) continue;
      chosen.insert(item.needs.begin(), item.needs.end());
      if (!item.only_on.empty()) chosen.insert(item.only_on);
    }
    grown = chosen.size() != before;
  }
  std::vector<Item> kept;
  for (const Item& item : items) {
    if (chosen.contains(item.id)) kept.push_back(item);
  }
  if (kept.empty()) {
    throw core::Error(core::Kind::usage, "the tags leave nothing to be checked",
                      "`sotctl runbook show NAME` lists the tags of each item.");
  }
  return kept;
}

}  // namespace checks
