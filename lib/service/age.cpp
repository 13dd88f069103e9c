#include "lib/service/age.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/application/installation.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/moment.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

/// "4.2", "4.2.3", "v4.2.3": digits and dots. A year alone is none.
bool isRelease(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return text.find('.') != std::string_view::npos && text.find(':') == std::string_view::npos &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

AgeLimit ageLimit(ports::World& world, const config::Instance& instance, const std::string& text) {
  AgeLimit limit;
  if (!isRelease(text)) {
    limit.moment = core::parseMoment(text);
    return limit;
  }
  limit.release = text.starts_with('v') ? text.substr(1) : text;
  const auto version = application::installedVersion(world, application::installationOf(instance));
  if (!version.value) {
    throw core::Error(core::Kind::undetermined, "the installed version: " + version.why,
                      "Name a time instead of a release.");
  }
  if (*version.value != limit.release && !version.value->starts_with(limit.release + ".") &&
      !version.value->starts_with(limit.release + "-")) {
    throw core::Error(core::Kind::refused,
                      fmt::format("release {} is installed, not {}: a restart does not bring it",
                                  *version.value, limit.release),
                      "Install it first.");
  }
  return limit;
}

std::string youngEnough(ports::World& world, const config::Instance& instance,
                        const config::ServiceSettings& service, const AgeLimit& limit) {
  const auto details = Services(world, instance).inspect(service);
  if (details.state.running != Running::yes) return {};
  const auto started =
      details.process && details.process->started ? details.process->started : details.state.since;
  if (limit.moment) {
    if (!started || *started < *limit.moment) return {};
    return "started " + core::formatLocal(*started);
  }
  const Release installed = releaseOf(config::worldOf(world, instance, service).files, instance);
  if (!started || !installed.changed) return {};
  const std::string old = oldCode(service, details, instance, installed);
  return old.empty() ? "it runs release " + limit.release : std::string();
}

}  // namespace service
