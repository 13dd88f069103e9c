#include <fmt/format.h>

#include "lib/config/read.hpp"
#include "lib/config/table_file.hpp"

namespace config {
Config parse(const std::string& text, const std::string& file) {
  Config config;
  config.file = file;
  TableFile document(text, file, config.origins);
  Table top = document.top();
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
  document.raise();
  return config;
}

}  // namespace config
