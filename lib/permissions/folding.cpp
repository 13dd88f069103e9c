#include "lib/permissions/folding.hpp"

#include <algorithm>

namespace permissions {
namespace {

int weight(core::Outcome outcome) {
  switch (outcome) {
    case core::Outcome::fail:
      return 0;
    case core::Outcome::unknown:
      return 1;
    case core::Outcome::warn:
      return 2;
    case core::Outcome::skip:
      return 3;
    case core::Outcome::pass:
      return 4;
  }
  return 5;
}

}  // namespace

std::vector<Finding> Folding::take() {
  std::vector<Finding> all = std::move(single_);
  for (auto& [key, finding] : findings_) all.push_back(std::move(finding));
  findings_.clear();
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(weight(a.outcome), a.place, a.found) <
           std::tuple(weight(b.outcome), b.place, b.found);
  });
  return all;
}

}  // namespace permissions
