#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "lib/step/step.hpp"

namespace step {

/// Makes a step from a Spec's arguments. Captures the services that the kind needs (ports, the
/// instance): they are not in the journal. Errors: corrupt for arguments of the wrong shape.
using Factory = std::function<std::unique_ptr<Step>(const core::Json& arguments)>;

/// All step kinds that this program knows, by name.
class Registry {
 public:
  /// Throws std::logic_error if the kind is there already.
  void add(const std::string& kind, Factory factory);
  /// Errors: corrupt for a kind that is not registered (a journal of another version).
  std::unique_ptr<Step> make(const Spec& spec) const;
  bool has(const std::string& kind) const { return factories_.contains(kind); }

 private:
  std::map<std::string, Factory> factories_;
};

}  // namespace step
