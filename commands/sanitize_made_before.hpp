#pragma once

#include <string>

#include "commands/context.hpp"

namespace commands {

/// Remembers which recipe (a digest of everything that the result depends on) a file was made by:
/// the same is not made twice.
class MadeBefore {
 public:
  MadeBefore(Context& context, const std::string& file);
  /// Whether the file is there, as it was made, by this recipe. Reads it.
  bool same(const std::string& recipe) const;
  void keep(const std::string& recipe, const std::string& sha256);

 private:
  Context& context_;
  std::string file_;
  std::string note_;
};

}  // namespace commands
