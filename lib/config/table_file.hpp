#pragma once

#include <string>

#include "lib/config/table.hpp"

namespace config {

/// A TOML file of another kind than the configuration (a policy, a rule set), read by the same
/// rules: every complaint names file and line and says what is allowed; unknown keys are
/// complaints.
///
///     TableFile document(text, file);
///     Table top = document.top();
///     …
///     top.finish();
///     document.raise();
class TableFile {
 public:
  /// Errors: configuration for what is no TOML.
  TableFile(const std::string& text, const std::string& file)
      : TableFile(text, file, own_origins_) {}
  /// Notes in `origins` where each value comes from.
  TableFile(const std::string& text, const std::string& file, Origins& origins);
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  Table top();
  const std::string& file() const { return file_; }
  /// Throws Error{configuration} with all complaints; nothing if there is none.
  void raise() const { complaints_.raise(); }

 private:
  std::string file_;
  toml::table table_;
  Complaints complaints_;
  Origins own_origins_;
  Origins& origins_;
};

}  // namespace config
