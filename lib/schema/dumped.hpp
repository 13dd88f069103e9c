#pragma once

#include <string>

#include "lib/ports/files.hpp"
#include "lib/schema/schema.hpp"

namespace schema {

/// The schema that a dump made by pg_dump holds: a backup set's or an archive's folder (directory
/// format), or a plain dump (also as .gz). Its rows are passed over.
/// Errors: not_found, denied, corrupt (a dump that was cut; a statement of another shape, with its
/// beginning), undetermined (custom format, packings that are not read here).
Schema dumpedSchema(ports::Files& files, const std::string& path);

}  // namespace schema
