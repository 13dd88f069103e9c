#pragma once

#include <string>
#include <string_view>

namespace backup {

/// Whether a name is one of a set: the id of the run that made it, "20261121T030012Z-4f1c", and for
/// a set with a description person and text: "20261121T030012Z-4f1c-ada-before-upgrade". Sorts by
/// time.
bool isSetId(std::string_view name);

/// The id of the set that this run makes. Person and description become lower-case letters, digits
/// and "-", cut where they are long; without a description the id is that of the run.
std::string setId(const std::string& run, std::string_view person, std::string_view description);

/// The run that made a set.
std::string runOf(const std::string& set);

}  // namespace backup
