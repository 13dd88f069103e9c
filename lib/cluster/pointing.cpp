#include "lib/cluster/pointing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "lib/application/python/module.hpp"
#include "lib/application/settings.hpp"
#include "lib/core/error.hpp"

namespace cluster {
namespace {

application::Settings read(const std::string& text, const application::Installation& installation) {
  const auto module = application::python::readModule(text);
  return application::settingsFrom(module.names, installation, module.others_from);
}

/// What is no Python any more was no literal before.
application::Settings readOr(const core::Error& otherwise, const std::string& text,
                             const application::Installation& installation) {
  try {
    return read(text, installation);
  } catch (const core::Error&) {
    throw otherwise;
  }
}

/// A name that stands in a Python text without being escaped.
bool plain(const std::string& host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-:/").find(c) != std::string_view::npos;
  });
}

/// `key`'s literal in the first dictionary behind "DATABASE" that has one.
std::string replaced(const std::string& text, const std::string& key, const std::string& value) {
  const std::regex begin(R"((^|\n)DATABASES?\s*=)");
  const std::regex entry("(['\"]" + key + R"(['"]\s*:\s*)(['"]?)([^'",\n}]*)(['"]?))");
  std::smatch head;
  if (!std::regex_search(text, head, begin)) return text;
  const auto from = head.position(0) + head.length(0);
  std::smatch found;
  const std::string rest = text.substr(static_cast<std::size_t>(from));
  if (!std::regex_search(rest, found, entry)) return text;
  const std::string quote = found[2].length() > 0 ? found[2].str() : "";
  return text.substr(0, static_cast<std::size_t>(from + found.position(0))) + found[1].str() +
         quote + value + quote +
         rest.substr(static_cast<std::size_t>(found.position(0) + found.length(0)));
}

bool same(const application::Setting& a, const application::Setting& b) {
  return a.value == b.value;
}

/// All but the server of the database.
bool othersAreEqual(const application::Settings& a, const application::Settings& b) {
  return same(a.database.name, b.database.name) && same(a.database.user, b.database.user) &&
         a.database.password == b.database.password && same(a.tasks.host, b.tasks.host) &&
         same(a.tasks.port, b.tasks.port) && same(a.tasks.database, b.tasks.database) &&
         same(a.caching.host, b.caching.host) && same(a.caching.port, b.caching.port) &&
         same(a.caching.database, b.caching.database) && same(a.media, b.media) &&
         same(a.secret_key, b.secret_key) && same(a.allowed_hosts, b.allowed_hosts);
}

}  // namespace

std::string pointedAt(const std::string& text, const application::Installation& installation,
                      const std::string& host, int port) {
  const core::Error by_hand(
      core::Kind::undetermined,
      fmt::format("the database server in {} can't be changed by this program: HOST and PORT are "
                  "no plain literals of one dictionary",
                  installation.settings),
      fmt::format("Set HOST to {} and PORT to {} there by hand, or give the application a "
                  "connection that finds the primary by itself.",
                  host, port));
  if (!plain(host)) throw by_hand;
  const std::string changed = replaced(replaced(text, "HOST", host), "PORT", std::to_string(port));
  const auto before = read(text, installation);
  const auto after = readOr(by_hand, changed, installation);
  const bool there =
      after.database.host.value == host && after.database.port.value == std::to_string(port);
  if (!there || !othersAreEqual(before, after)) throw by_hand;
  return changed;
}

}  // namespace cluster
