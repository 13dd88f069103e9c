#include <fmt/format.h>

#include "lib/config/read.hpp"
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

Config parse(const std::string& text, const std::string& file) {
  Config config;
  config.file = file;
  const toml::table document = syntax(text, file);
  Complaints complaints(file);
  Table top(document, "", 1, complaints, config.origins);
  top.require("format", "format = 1");
  if (const int format = top.number("format", 1, 1, 1000); format > 1) {
    top.complain("format",
                 fmt::format("is {}; this sotctl reads format 1: use a newer one", format));
  }
  config.state = top.absolutePath("state");
  top.require("instance", "[instance.netbox]");
  if (auto instances = top.table("instance")) {
    for (const std::string& name : instances->keys()) {
      if (auto one = instances->table(name)) {
        config.instances.push_back(readInstance(name, *one, config));
      }
    }
    if (instances->keys().empty()) instances->complainHere("names no instance");
    instances->finish();
  }
  top.finish();
  complaints.raise();
  return config;
}

}  // namespace config
