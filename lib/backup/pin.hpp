#pragma once

#include <optional>
#include <string>

#include "lib/core/json_fwd.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace backup {

/// Beside a set's manifest, so that it goes wherever the set's folder goes. Not in the manifest: a
/// seal is never renewed.
inline constexpr const char* kPinFile = "pinned.json";

/// Keeps a set from being pruned.
struct Pin {
  std::string person;
  std::string host;
  std::string reason;
  core::Time since{};

  std::string inWords() const;
};

core::Json toJson(const Pin& pin);
Pin pinFromJson(const core::Json& json);

/// The pin of the set in `folder`; nothing if there is none. A file that can't be understood pins
/// all the same. Errors: denied.
std::optional<Pin> readPin(ports::World& world, const std::string& folder);
void writePin(ports::World& world, const std::string& folder, const Pin& pin);
void removePin(ports::World& world, const std::string& folder);

}  // namespace backup
