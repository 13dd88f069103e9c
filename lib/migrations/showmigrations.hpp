#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/migrations/migration.hpp"

namespace migrations {

/// What `manage.py showmigrations` says of one migration.
struct ShownLine {
  Key key;
  enum class Mark { applied, unapplied, to_be_recorded } mark = Mark::unapplied;
  int squashed = 0;          // "(28 squashed migrations)"; 0: no squash, or not said
  std::vector<Key> needs{};  // with --plan -v 2
  std::string when{};        // with --list -v 2: "2020-01-01 10:00:00"
  bool after_gap = false;    // lines were left out before it ("...")
};

struct Shown {
  bool plan = false;  // --plan: in the order of the plan; else by application
  std::vector<ShownLine> lines{};
  bool cut = false;  // ends in "...", or without the end of a line
};

/// Reads the output of `showmigrations --plan` and `--list`, of old and new Django, with and
/// without -v 2, also as it is pasted into pages (one space, "..." for what was left out).
/// Errors: corrupt, with path and line, for lines of another shape; not_found if there is no line.
/// Source: django/core/management/commands/showmigrations.py of Django 1.11 to 6.0.
Shown readShown(std::string_view text, const std::string& path);

}  // namespace migrations
