#pragma once

#include <string>
#include <string_view>

#include "lib/migrations/migration.hpp"

namespace migrations {

/// Reads one migration file. What can't be known without running it is in its doubts.
/// Errors: corrupt, naming path and line (no UTF-8, no Python, no class Migration, over 4 MiB).
/// Source: django/db/migrations/migration.py and loader.py of Django 1.11 to 6.0.
Migration readMigration(std::string_view source, Key key, const std::string& path);

}  // namespace migrations
