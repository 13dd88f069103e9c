#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// This host's clock against the database server's, and whether something keeps it right.
checks::CheckResult askClock(const Site& site, const checks::Arguments& arguments) {
  const auto limit = arguments.duration("within", std::chrono::seconds(2));
  core::CheckResult result{{}, "clock", Outcome::unknown, {}, {}, {}};
  const auto session = database::Database(site.world, site.instance).application();
  const auto before = site.world.clock.now();
  const auto rows =
      session->query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now");
  const auto after = site.world.clock.now();
  const core::Time there{core::Duration(rows.number(0, "now"))};
  // The answer is of some moment between the two.
  const core::Duration off = there < before  ? before - there
                             : there > after ? there - after
                                             : core::Duration::zero();
  result.outcome = off <= limit ? Outcome::pass : Outcome::fail;
  result.found = fmt::format("{} apart from the database server's", core::formatDuration(off));
  if (off > limit) {
    result.wanted = "at most " + core::formatDuration(limit);
    result.hint = "See `timedatectl` on both hosts.";
  }
  ports::Command command{{"timedatectl", "show", "--property=NTPSynchronized", "--value"}};
  command.mutates = false;
  try {
    const auto said = site.world.shell.run(command);
    if (said.ok() && core::trim(said.out) == "no" && result.outcome == Outcome::pass) {
      result.outcome = Outcome::warn;
      result.found += "; nothing keeps this host's right (NTPSynchronized=no)";
    }
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;  // no systemd here
  }
  const double seconds = std::chrono::duration<double>(off).count();
  return {result,
          {{"offset", seconds, "s", "",
            fmt::format("{}", std::chrono::duration<double>(limit).count()), "0", ""}}};
}

}  // namespace

void addClock(checks::Kinds& kinds, const Site& site) {
  kinds.add("clock", {{}, {"within"}, false, [site](const checks::Arguments& arguments) {
                        return askClock(site, arguments);
                      }});
}

}  // namespace validation
