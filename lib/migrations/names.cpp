#include "lib/migrations/names.hpp"

#include <algorithm>

namespace migrations {
namespace {

std::vector<int> numbersOf(const Names& names, const std::vector<Key>& keys) {
  std::vector<int> ids;
  ids.reserve(keys.size());
  for (const Key& key : keys) ids.push_back(names.find(key));
  return ids;
}

}  // namespace

Names::Names(std::vector<Key> keys) : keys_(std::move(keys)) {
  std::sort(keys_.begin(), keys_.end());
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  for (const Key& key : keys_) {
    if (labels_.empty() || labels_.back() != key.app) labels_.push_back(key.app);
    apps_.push_back(static_cast<int>(labels_.size()) - 1);
    special_.push_back(key.app == kSetting   ? Special::setting
                       : key.name == kFirst  ? Special::first
                       : key.name == kLatest ? Special::latest
                                             : Special::none);
  }
}

int Names::find(const Key& key) const {
  const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
  return at == keys_.end() || *at != key ? -1 : static_cast<int>(at - keys_.begin());
}

int Names::findApp(const std::string& label) const {
  const auto at = std::lower_bound(labels_.begin(), labels_.end(), label);
  return at == labels_.end() || *at != label ? -1 : static_cast<int>(at - labels_.begin());
}

Names namesOf(const std::vector<Migration>& migrations) {
  std::vector<Key> keys;
  for (const Migration& one : migrations) {
    keys.push_back(one.key);
    keys.insert(keys.end(), one.dependencies.begin(), one.dependencies.end());
    keys.insert(keys.end(), one.replaces.begin(), one.replaces.end());
    keys.insert(keys.end(), one.run_before.begin(), one.run_before.end());
  }
  return Names(std::move(keys));
}

Node nodeOf(const Names& names, const Migration& migration) {
  return {names.find(migration.key), numbersOf(names, migration.dependencies),
          numbersOf(names, migration.replaces), numbersOf(names, migration.run_before)};
}

}  // namespace migrations
