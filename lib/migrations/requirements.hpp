#pragma once

#include <optional>
#include <string>

#include "lib/config/instance.hpp"

namespace migrations {

/// What a release needs beside itself; an empty text is not known, or no bound.
struct Requirements {
  std::string python_from;
  std::string python_to;
  std::string postgresql;
  std::string redis;
  /// "Python 3.10 to 3.12, PostgreSQL 12 or later, Redis 4.0 or later".
  std::string inWords() const;
};

/// By the number of a release ("4.0.1"); nothing where that is not known.
std::optional<Requirements> requirementsOf(config::Product product, const std::string& release);

/// Versions that are there; an empty one is not known.
struct Surroundings {
  std::string python;
  std::string postgresql;
  std::string redis;
};

/// What is too old or too new for it, in words ("PostgreSQL 14 is needed, 13.9 is there"); empty if
/// nothing is, as far as it is known.
std::string unmet(const Requirements& needed, const Surroundings& there);

}  // namespace migrations
