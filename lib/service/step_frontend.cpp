#include "lib/service/step_frontend.hpp"

#include <fmt/format.h>

#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/fit.hpp"
#include "lib/service/probe.hpp"

namespace service {
namespace {

constexpr const char* kSpare = "frontend.spare";
constexpr const char* kFits = "code.fits";
constexpr auto kProbeLimit = std::chrono::seconds(5);

/// What each other frontend says, by name; empty words: all its probes pass.
std::map<std::string, std::string> otherFrontends(const Environment& environment,
                                                  const std::string& host) {
  std::map<std::string, std::string> others;
  for (const auto& settings : environment.instance.probes) {
    if (settings.host.empty() || settings.host == host) continue;
    std::string& words = others[settings.host];
    const auto answer = probe(environment.world, {settings}, kProbeLimit).front();
    if (answer.outcome != core::Outcome::pass && words.empty()) words = answer.found;
  }
  return others;
}

core::CheckResult judged(const migrations::FitVerdict& verdict, const std::string& host) {
  using migrations::Fit;
  core::CheckResult result{kFits, "code on " + host, core::Outcome::fail, verdict.found, {}, {}};
  switch (verdict.fit) {
    case Fit::fits:
      result.outcome = core::Outcome::pass;
      break;
    case Fit::database_newer:
      result.found = "a start would run old code: " + verdict.found;
      result.hint = "Install the new release there first: no old code starts on a newer schema.";
      break;
    case Fit::code_newer:
      result.found = "a start would run new code on the old schema: " + verdict.found;
      result.hint =
          "Migrate first. If old code can't go on with the new schema, restart all of it at once: "
          "`sotctl service stop`, migrate, `sotctl service start`.";
      break;
    case Fit::can_not_upgrade:
      result.hint = "`sotctl migrations list` says what is wrong.";
      break;
    case Fit::unknown:
      result.outcome = core::Outcome::unknown;
      if (!verdict.reasons.empty()) result.found = core::join(verdict.reasons, "; ");
      result.hint = "Compare the releases by hand; --accept frontend-code goes on then.";
      break;
  }
  return result;
}

}  // namespace

FrontendSpare::FrontendSpare(Environment environment, const core::Json& arguments)
    : environment_(environment), host_(arguments.at("host").get<std::string>()) {}

std::string FrontendSpare::title() const {
  return fmt::format("another frontend serves while {} is restarted", host_);
}

step::Observation FrontendSpare::observe(const core::Json*) {
  const auto others = otherFrontends(environment_, host_);
  std::vector<std::string> good;
  std::vector<std::string> bad;
  for (const auto& [host, words] : others) {
    if (words.empty()) {
      good.push_back(host);
    } else {
      bad.push_back(host + ": " + words);
    }
  }
  if (!good.empty()) {
    return seen(kSpare, host_, core::Outcome::pass,
                core::join(good, ", ") + (good.size() == 1 ? " serves" : " serve"));
  }
  core::CheckResult alone{kSpare, host_, core::Outcome::fail, {}, title(), {}};
  alone.found = others.empty() ? "how other frontends answer is not known"
                               : "it is the last one that may be healthy: " + core::join(bad, "; ");
  alone.hint = others.empty()
                   ? fmt::format(
                         "Add a probe for each frontend: [[instance.{}.probe]] with url = "
                         "\"http://{{host}}/login/\".",
                         environment_.instance.name)
                   : "Mend the others first.";
  return step::blocked(std::move(alone));
}

std::vector<std::string> FrontendSpare::manual() const {
  std::vector<std::string> lines;
  for (const auto& probe : environment_.instance.probes) {
    if (probe.host.empty() || probe.host == host_) continue;
    lines.push_back("curl -sS -o /dev/null -w '%{http_code}\\n' " + core::shellQuote(probe.url) +
                    fmt::format("  # {}; one of them must say {}", probe.host, probe.status));
  }
  return lines;
}

CodeFits::CodeFits(Environment environment, const core::Json& arguments)
    : environment_(environment),
      host_(arguments.at("host").get<std::string>()),
      accepted_(arguments.value("accepted", false)) {}

std::string CodeFits::title() const {
  return fmt::format("the code on {} fits the database's schema", host_);
}

step::Observation CodeFits::observe(const core::Json*) {
  const config::Instance& instance = environment_.instance;
  migrations::FitVerdict verdict;
  if (instance.root.empty()) {
    verdict.reasons = {"the instance has no root, so its code can't be read"};
  } else {
    try {
      const auto session = database::Database(environment_.world, instance).application();
      ports::World& there = config::worldOf(environment_.world, instance, host_);
      verdict = migrations::fitOfDatabase(
          *session, instance.database.name, there.files,
          {instance.root, instance.product, instance.settings, instance.interpreter});
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      verdict.reasons = {error.what()};
    }
  }
  core::CheckResult result = judged(verdict, host_);
  result.wanted = title();
  if (result.outcome == core::Outcome::unknown && accepted_) result.outcome = core::Outcome::warn;
  if (result.outcome == core::Outcome::fail) return step::blocked(std::move(result));
  return step::observed(std::move(result));
}

std::vector<std::string> CodeFits::manual() const {
  return {"# on " + host_ + ": manage.py migrate --check  # must find nothing to apply"};
}

}  // namespace service
