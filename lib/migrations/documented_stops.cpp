#include "lib/migrations/documented_stops.hpp"

#include "lib/core/text.hpp"
#include "lib/migrations/embedded.hpp"
#include "lib/migrations/facts.hpp"
#include "lib/migrations/release_number.hpp"

namespace migrations {
namespace {

/// "3.7.8" for "3.7".
std::string newestOf(config::Product product, const std::string& minor) {
  const auto& releases = Facts::of(product).releases();
  for (auto one = releases.rbegin(); one != releases.rend(); ++one) {
    if (ReleaseNumber(one->number).minor() == minor) return one->number;
  }
  return minor;
}

}  // namespace

std::vector<DocumentedStop> documentedStops(config::Product product, const std::string& from,
                                            const std::string& to) {
  std::vector<DocumentedStop> stops;
  const ReleaseNumber begin(from);
  const ReleaseNumber end(to);
  if (!begin.valid() || !end.valid()) return stops;
  for (const std::string& line : core::split(embedded("stops.tsv"), '\n')) {
    const auto fields = core::split(line, '\t');
    if (fields.size() != 4 || fields[0] != config::productName(product)) continue;
    if (begin < ReleaseNumber(fields[2]) && end >= ReleaseNumber(fields[1])) {
      stops.push_back({newestOf(product, fields[2]), fields[1], fields[3]});
    }
  }
  return stops;
}

}  // namespace migrations
