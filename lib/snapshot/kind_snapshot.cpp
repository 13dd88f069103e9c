#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/diff.hpp"
#include "lib/snapshot/kinds.hpp"

namespace snapshot {
namespace {

using core::Outcome;

constexpr std::size_t kTold = 4;

/// The same facts as an earlier snapshot has, taken now.
Snapshot takeAgain(ports::World& world, const config::Instance& instance,
                   const config::Outside& outside, const Snapshot& earlier) {
  Wanted wanted;
  const core::Json tables = earlier.parts.value("csv", core::Json::object());
  for (const auto& [table, ignored] : tables.items()) wanted.csv.push_back(table);
  core::NoProgress nobody;
  return take(world, instance, outside, wanted, nobody);
}

/// Differences that count: of the parts that were asked about, and not expected.
Diff counted(Diff diff, const std::vector<std::string>& parts) {
  const auto asked = [&](const std::string& part) {
    return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
  };
  std::erase_if(diff.differences,
                [&](const Difference& one) { return !asked(one.part) || !one.expected.empty(); });
  std::erase_if(diff.unknown, [&](const std::string& words) {
    return !asked(words.substr(0, words.find_first_of(" :")));
  });
  return diff;
}

checks::CheckResult judged(const Snapshot& earlier, const Diff& diff) {
  core::CheckResult result{{}, "facts since snapshot " + earlier.id, Outcome::pass, {}, {}, {}};
  std::vector<std::string> words;
  for (const Difference& one : diff.differences) {
    result.outcome = core::worse(result.outcome, one.grave ? Outcome::fail : Outcome::warn);
    words.push_back(one.part + ": " + one.words);
  }
  if (result.outcome != Outcome::fail && !diff.unknown.empty()) {
    result.outcome = Outcome::unknown;
    words = diff.unknown;
  }
  result.found = words.empty() ? "nothing differs that is not expected" : "";
  for (std::size_t i = 0; i < words.size() && i < kTold; ++i) {
    result.found += (i == 0 ? "" : "; ") + words[i];
  }
  if (words.size() > kTold) result.found += fmt::format("; and {} more", words.size() - kTold);
  if (!words.empty()) result.hint = fmt::format("`sotctl snapshot diff {}` shows all.", earlier.id);
  return {result,
          {{"differences", static_cast<double>(diff.differences.size()), "", "0", "", "0", ""}}};
}

}  // namespace

void registerKinds(checks::Kinds& kinds, ports::World& world, const config::Instance& instance,
                   const config::Outside& outside, const std::string& state) {
  kinds.add("snapshot",
            {{"snapshot"},
             {"parts", "expected"},
             false,
             [&world, &instance, outside, state](const checks::Arguments& arguments) {
               Store store(world, state, instance.name);
               const Snapshot earlier = store.find(arguments.text("snapshot"));
               Diff diff = compare(earlier, takeAgain(world, instance, outside, earlier));
               const std::string file = arguments.text("expected", "");
               if (!file.empty()) {
                 setApart(diff, readExpected(world.files.read(file), file), world.clock.now());
               }
               return judged(earlier, counted(std::move(diff), arguments.list("parts")));
             }});
}

}  // namespace snapshot
