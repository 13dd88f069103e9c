#pragma once

#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/files.hpp"

namespace validation {

/// What differs between two unpacked releases beside their code: what an upgrade has to bring
/// along.
struct TreeDifferences {
  std::string from;  // version, or the folder where it is not known
  std::string to;
  std::vector<std::string> steps{};     // of upgrade.sh: "+ manage.py reindex --lazy"
  std::vector<std::string> packages{};  // of requirements.txt: "Django 4.2.16, then 5.1.5"
  std::vector<std::string> settings{};  // "API_TOKEN_PEPPERS is required now"
};

/// Reads upgrade.sh, requirements.txt, configuration_example.py and settings.py of both folders.
/// Errors: not_found (no release there).
TreeDifferences compareTrees(ports::Files& files, config::Product product, const std::string& from,
                             const std::string& to);

/// A section for the ticket.
std::string markdown(const TreeDifferences& differences);

}  // namespace validation
