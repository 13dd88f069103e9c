#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "lib/permissions/finding.hpp"
#include "lib/ports/trees.hpp"

namespace permissions {

/// Folds what is alike into one finding for each folder.
class Folding {
 public:
  /// Counts one more thing into the finding of this key; `make` gives the finding the first time.
  template <typename Make>
  void add(const std::string& place, const void* kind, std::size_t part, const ports::Node& node,
           const std::string& path, Make make) {
    auto [entry, is_new] = findings_.try_emplace({place, kind, part});
    Finding& finding = entry->second;
    if (is_new) finding = make();
    const bool folder = node.attributes.type == ports::FileType::folder;
    ++(folder ? finding.folders : finding.files);
    finding.newest = std::max(finding.newest, node.changed);
    if (finding.samples.size() < 3) finding.samples.push_back(path);
  }
  void single(Finding finding) { single_.push_back(std::move(finding)); }

  /// Worst first, then by place.
  std::vector<Finding> take();

 private:
  std::map<std::tuple<std::string, const void*, std::size_t>, Finding> findings_;
  std::vector<Finding> single_;
};

}  // namespace permissions
