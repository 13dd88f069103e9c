#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/failure.hpp"
#include "lib/out/output.hpp"
#include "lib/ports/world.hpp"

namespace commands {

/// One --write FORMAT=FILE.
struct WriteOption {
  std::string form;  // "text", "json", "junit"
  std::string file;  // absolute
};

/// Errors: usage for an unknown format or a missing file name.
std::vector<WriteOption> parseWrites(const std::vector<std::string>& texts,
                                     const ports::Caller& caller);

/// Writes result and failure, as far as there are any, into each file in one move.
void writeFiles(ports::Files& files, const std::vector<WriteOption>& writes,
                const std::optional<out::Output::Result>& result,
                const std::optional<Failure>& failure, unsigned mode);

}  // namespace commands
