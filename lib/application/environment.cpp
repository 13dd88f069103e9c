#include "lib/application/environment.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace application {

std::optional<Variables> environmentOf(ports::Files& files, int process) {
  try {
    Variables variables;
    const std::string text = files.read(fmt::format("/proc/{}/environ", process));
    for (const std::string& line : core::split(text, '\0')) {
      const auto equals = line.find('=');
      if (equals == std::string::npos || equals == 0) continue;
      variables[line.substr(0, equals)] = core::Secret(line.substr(equals + 1));
    }
    return variables;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return std::nullopt;
  }
}

}  // namespace application
