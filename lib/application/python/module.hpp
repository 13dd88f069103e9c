#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/application/python/value.hpp"

namespace application::python {

/// What is known of a module's names without running it.
struct Module {
  Names names;
  /// Where names that are not in `names` may come from: "from nautobot.core.settings import *";
  /// empty if nothing else can define one.
  std::string others_from;

  /// The name's value; unknown, with the reason, for a name that may come from elsewhere;
  /// nothing if the module does not have it.
  std::optional<Value> find(const std::string& name) const;
};

/// Reads the assignments of a module's top level in order: plain, chained, annotated, "+=", to an
/// item (DATABASE["HOST"] = …). A name that is set under a condition, in a loop, by an import, or
/// changed by a call is unknown with the line, never guessed.
/// Errors: corrupt for text that no Python would read.
Module readModule(std::string_view source);

}  // namespace application::python
