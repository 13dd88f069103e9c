#include "lib/step/registry.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "lib/core/error.hpp"

namespace step {

void Registry::add(const std::string& kind, Factory factory) {
  if (!factories_.emplace(kind, std::move(factory)).second) {
    throw std::logic_error("step kind registered twice: " + kind);
  }
}

std::unique_ptr<Step> Registry::make(const Spec& spec) const {
  const auto found = factories_.find(spec.kind);
  if (found == factories_.end()) {
    throw core::Error(core::Kind::corrupt, fmt::format("no such step kind: {}", spec.kind),
                      "The journal was written by another version of sotctl. Use that version.");
  }
  try {
    return found->second(spec.arguments);
  } catch (const core::Json::exception& error) {
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("arguments of step {} have the wrong shape: {}", spec.kind, error.what()));
  }
}

}  // namespace step
