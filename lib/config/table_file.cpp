#include "lib/config/table_file.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace config {
namespace {

toml::table syntax(const std::string& text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    Complaints complaints(file);
    complaints.add(error.source().begin.line,
                   fmt::format("not TOML at column {}: {}", error.source().begin.column,
                               core::printable(error.description())));
    complaints.raise();
    throw;
  }
}

}  // namespace

TableFile::TableFile(const std::string& text, const std::string& file, Origins& origins)
    : file_(file), table_(syntax(text, file)), complaints_(file), origins_(origins) {}

Table TableFile::top() { return Table(table_, "", 1, complaints_, origins_); }

}  // namespace config
