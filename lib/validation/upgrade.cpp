#include "lib/validation/upgrade.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/path.hpp"
#include "lib/migrations/release_number.hpp"

namespace validation {
namespace {

using migrations::Facts;
using migrations::ReleaseNumber;

std::size_t releaseAt(const Facts& facts, const std::string& number) {
  if (const auto found = facts.find(number)) return *found;
  throw core::Error(
      core::Kind::not_found,
      fmt::format("there is no release {} among the known ones", core::printable(number)),
      "Near it: " + core::join(facts.like(number), ", ") + ".");
}

/// Newest release of each minor one on the way, and the target: their notes tell what changed.
std::vector<std::string> notesBetween(const Facts& facts, config::Product product, std::size_t from,
                                      std::size_t to) {
  const char* place = product == config::Product::netbox
                          ? "https://github.com/netbox-community/netbox/releases/tag/v"
                          : "https://github.com/nautobot/nautobot/releases/tag/v";
  std::vector<std::string> notes;
  const auto& releases = facts.releases();
  for (std::size_t at = from + 1; at <= to; ++at) {
    const bool first_of_minor = ReleaseNumber(releases[at].number).minor() !=
                                ReleaseNumber(releases[at - 1].number).minor();
    if (first_of_minor || at == to) notes.push_back(place + releases[at].number);
  }
  return notes;
}

void addMigrationReasons(const migrations::PathVerdict& verdict, Upgrade& upgrade) {
  const auto& direct = verdict.direct;
  if (!direct.pending.empty()) {
    upgrade.reasons.push_back(core::plural(static_cast<std::int64_t>(direct.pending.size()),
                                           "migration runs", "migrations run"));
  }
  if (!direct.hazards.empty() || !direct.problems.empty()) upgrade.complex = true;
  for (const auto& hazard : direct.hazards) upgrade.reasons.push_back(hazard.words);
  if (verdict.outcome == migrations::PathVerdict::Outcome::with_stops) {
    std::vector<std::string> stops;
    for (std::size_t i = 0; i + 1 < verdict.hops.size(); ++i) stops.push_back(verdict.hops[i].to);
    upgrade.reasons.push_back("it can't be done in one step; stop at " +
                              core::join(stops, ", then at "));
  }
}

}  // namespace

Upgrade judgeUpgrade(config::Product product, const std::string& from, const std::string& to) {
  const Facts& facts = Facts::of(product);
  const std::size_t begin = releaseAt(facts, from);
  const std::size_t end = releaseAt(facts, to);
  Upgrade upgrade;
  upgrade.from = facts.releases()[begin].number;
  upgrade.to = facts.releases()[end].number;
  const ReleaseNumber old(upgrade.from);
  const ReleaseNumber young(upgrade.to);
  if (young <= old) {
    throw core::Error(core::Kind::usage,
                      fmt::format("{} is not newer than {}", upgrade.to, upgrade.from));
  }
  upgrade.complex = old.minor() != young.minor();
  if (old.part(0) != young.part(0)) {
    upgrade.reasons.push_back(
        fmt::format("{} is another major release than {}", upgrade.to, upgrade.from));
  } else if (upgrade.complex) {
    upgrade.reasons.push_back(fmt::format(
        "{} is another minor release than {}: its API may have changed", upgrade.to, upgrade.from));
  } else {
    upgrade.reasons.push_back(
        fmt::format("{} mends {}: no change of the API is expected", upgrade.to, upgrade.from));
  }
  const migrations::Code code = facts.code(begin);
  addMigrationReasons(
      migrations::findPath({upgrade.from, migrations::rowsOf(code), {}, {}}, facts.code(end)),
      upgrade);
  upgrade.notes = notesBetween(facts, product, begin, end);
  upgrade.title = fmt::format("Update {} from {} to {}",
                              product == config::Product::netbox ? "NetBox" : "Nautobot",
                              upgrade.from, upgrade.to);
  upgrade.tags = {config::productName(product),
                  upgrade.complex ? "upgrade-complex" : "upgrade-simple"};
  return upgrade;
}

core::Json toJson(const Upgrade& upgrade) {
  return {{"from", upgrade.from},       {"to", upgrade.to},       {"complex", upgrade.complex},
          {"reasons", upgrade.reasons}, {"notes", upgrade.notes}, {"title", upgrade.title},
          {"tags", upgrade.tags}};
}

std::string markdown(const Upgrade& upgrade) {
  std::string text =
      fmt::format("\n## Why the {} checklist\n\n", upgrade.complex ? "complex" : "simple");
  for (const auto& reason : upgrade.reasons) text += "- " + reason + "\n";
  text += "\n## Release notes\n\n";
  for (const auto& note : upgrade.notes) text += "- " + note + "\n";
  return text + "\nTags: " + core::join(upgrade.tags, ", ") + "\n";
}

}  // namespace validation
