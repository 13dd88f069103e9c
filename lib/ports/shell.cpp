#include "lib/ports/shell.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace ports {

std::string Outcome::inWords() const {
  std::string words = signal != 0 ? fmt::format("ended by signal {}", signal)
                                  : fmt::format("exit status {}", status);
  const std::string_view said = core::trim(err.empty() ? out : err);
  const auto last = said.rfind('\n');
  const std::string_view line = last == std::string_view::npos ? said : said.substr(last + 1);
  if (!line.empty()) words += ": " + core::printable(line.substr(0, 500));
  return words;
}

}  // namespace ports
