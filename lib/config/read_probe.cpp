#include <fmt/format.h>

#include <algorithm>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {

namespace {

constexpr std::string_view kHost = "{host}";

std::vector<ProbeSettings> ofEachFrontend(Table& table, const ProbeSettings& probe,
                                          const std::vector<HostSettings>& hosts) {
  const auto at = probe.url.find(kHost);
  if (at == std::string::npos) return {probe};
  std::vector<ProbeSettings> all;
  for (const HostSettings& host : hosts) {
    const auto& roles = host.roles;
    if (std::find(roles.begin(), roles.end(), HostRole::frontend) == roles.end()) continue;
    ProbeSettings one = probe;
    one.pattern = probe.url;
    one.host = host.address.name;
    one.url.replace(at, kHost.size(), host.address.target());
    all.push_back(std::move(one));
  }
  if (all.empty()) {
    table.complain("url", "has {host}, and no host of the instance has the role frontend");
  }
  return all;
}

}  // namespace

std::vector<ProbeSettings> readProbe(Table& table, const std::vector<HostSettings>& hosts) {
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
  std::vector<ProbeSettings> all = ofEachFrontend(table, probe, hosts);
  table.finish();
  return all;
}

}  // namespace config
