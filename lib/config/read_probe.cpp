#include <fmt/format.h>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {

ProbeSettings readProbe(Table& table) {
  ProbeSettings probe;
  table.require("url", "url = \"http://localhost:8001/login/\"");
  probe.url = table.text("url");
  if (!probe.url.empty() && !probe.url.starts_with("http://") &&
      !probe.url.starts_with("https://")) {
    table.complain("url", "must begin with http:// or https://");
  }
  const auto host = probe.url.substr(0, probe.url.find('/', probe.url.find("://") + 3));
  if (host.find('@') != std::string::npos) {
    table.complain("url", "holds a name and password: probes are asked without a login");
  }
  probe.status = table.number("status", 200, 100, 599);
  probe.headers = table.textTable("headers");
  for (const auto& [name, value] : probe.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "authorization" || lower == "cookie") {
      table.complain("headers",
                     fmt::format("holds a secret in {}: probes are asked without a login",
                                 core::printable(name)));
    }
  }
  table.finish();
  return probe;
}

}  // namespace config
