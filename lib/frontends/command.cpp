#include "lib/frontends/command.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace frontends {
namespace {

constexpr std::string_view kHost = "{host}";
constexpr auto kLimit = std::chrono::seconds(60);

}  // namespace

std::vector<std::string> CommandBalancer::filled(std::vector<std::string> argv,
                                                 const std::string& frontend) const {
  for (std::string& word : argv) {
    const auto at = word.find(kHost);
    if (at != std::string::npos) word.replace(at, kHost.size(), settings_.serverOf(frontend));
  }
  return argv;
}

Member CommandBalancer::look(const std::string& frontend) {
  const auto outcome =
      config::worldOf(world_, instance_, settings_.host)
          .shell.run(
              {.argv = filled(settings_.status, frontend), .limit = kLimit, .mutates = false});
  if (!outcome.ok()) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{}: {}", core::shellLine(filled(settings_.status, frontend)),
                                  outcome.inWords()));
  }
  const bool in = outcome.out.find(settings_.pooled) != std::string::npos;
  return {in, true, core::printable(core::trim(outcome.out.substr(0, 200)))};
}

void CommandBalancer::must(const std::vector<std::string>& argv, const std::string& frontend) {
  const auto words = filled(argv, frontend);
  const auto outcome = config::worldOf(world_, instance_, settings_.host)
                           .shell.run({.argv = words, .limit = kLimit});
  if (outcome.ok()) return;
  throw core::Error(core::Kind::failed_check,
                    fmt::format("{}: {}", core::shellLine(words), outcome.inWords()));
}

void CommandBalancer::pool(const std::string& frontend) { must(settings_.pool, frontend); }
void CommandBalancer::depool(const std::string& frontend) { must(settings_.depool, frontend); }

std::string CommandBalancer::manual(const std::string& frontend, bool pooled) {
  return core::shellLine(filled(pooled ? settings_.pool : settings_.depool, frontend)) +
         (settings_.host.empty() ? "" : "  # on " + settings_.host);
}

}  // namespace frontends
