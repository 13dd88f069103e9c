#pragma once

#include <string>

namespace restore {

/// Names beside a file or folder that a restore works with; all hold the run's id.
std::string unpackingName(const std::string& path, const std::string& run);  // not complete yet
std::string unpackedName(const std::string& path, const std::string& run);
std::string keptName(const std::string& path, const std::string& run);

/// Whether it is one of these names. What is removed by the word of a journal must bear one.
bool isBesideFile(const std::string& path);

}  // namespace restore
