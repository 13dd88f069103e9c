#include <fmt/format.h>

#include <algorithm>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

constexpr std::size_t kShownLines = 5;

ports::Outcome runIt(const Site& site, const checks::Arguments& arguments, bool mutates) {
  ports::Command command{arguments.list("argv")};
  command.mutates = mutates;
  command.user = arguments.text("user", "");
  command.directory = arguments.text("folder", "");
  command.limit = std::chrono::hours(1);  // the check's own limit ends it before
  return site.world.shell.run(command);
}

std::string firstLine(const std::string& text) {
  return core::redacted(core::printable(text.substr(0, text.find('\n')).substr(0, 160)));
}

/// Lines that only one side has: "- old", "+ new"; order within a file matters little to exports.
std::vector<std::string> differences(const std::string& expected, const std::string& found) {
  auto left = core::split(expected, '\n');
  auto right = core::split(found, '\n');
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  std::vector<std::string> all;
  std::vector<std::string> only;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::back_inserter(only));
  for (const auto& line : only) all.push_back("- " + firstLine(line));
  only.clear();
  std::set_difference(right.begin(), right.end(), left.begin(), left.end(),
                      std::back_inserter(only));
  for (const auto& line : only) all.push_back("+ " + firstLine(line));
  return all;
}

/// What speaks against the end of a command; empty: it is as expected.
std::string against(const Site& site, const checks::Arguments& arguments,
                    const ports::Outcome& outcome) {
  const int unchanged = arguments.number("unchanged_status", 99);
  if (arguments.has("no_difference")) {
    // The convention of exporters: this status says that there is nothing to be changed.
    if (outcome.signal == 0 && outcome.status == unchanged) return {};
    if (!outcome.ok()) return outcome.inWords();
    const std::string place = arguments.text("no_difference");
    if (place == "empty") {
      return core::trim(outcome.out).empty() ? "" : "it would change: " + firstLine(outcome.out);
    }
    const auto lines = differences(site.world.files.read(place), outcome.out);
    if (lines.empty()) return {};
    return fmt::format(
        "{} than {}: {}",
        core::plural(static_cast<std::int64_t>(lines.size()), "line is other", "lines are other"),
        place, someOf(lines, kShownLines));
  }
  const int wanted = arguments.number("status", 0);
  if (outcome.signal != 0 || outcome.status != wanted) return outcome.inWords();
  const std::string output = arguments.text("output", "");
  if (!output.empty() && outcome.out.find(output) == std::string::npos) {
    return fmt::format("it does not say \"{}\" but: {}", core::printable(output),
                       firstLine(outcome.out));
  }
  const std::string never = arguments.text("not_output", "");
  if (!never.empty() && (outcome.out + outcome.err).find(never) != std::string::npos) {
    return fmt::format("it says \"{}\"", core::printable(never));
  }
  return {};
}

checks::CheckResult askCommand(const Site& site, const checks::Arguments& arguments, bool mutates) {
  const auto argv = arguments.list("argv");
  core::CheckResult result{{}, "command " + core::printable(argv.front()), Outcome::unknown, {}, {},
                           {}};
  const auto outcome = runIt(site, arguments, mutates);
  const std::string wrong = against(site, arguments, outcome);
  result.outcome = wrong.empty() ? Outcome::pass : Outcome::fail;
  result.found = !wrong.empty()                   ? wrong
                 : arguments.has("no_difference") ? "it would change nothing"
                                                  : fmt::format("exit status {}", outcome.status);
  return result;
}

void examine(const checks::Arguments& arguments) {
  if (arguments.list("argv").empty() || arguments.list("argv").front().empty()) {
    throw core::Error(core::Kind::configuration, "argv names no program");
  }
  const std::string place = arguments.text("no_difference", "empty");
  if (place != "empty" && !place.starts_with('/')) {
    throw core::Error(
        core::Kind::configuration,
        "no_difference must be \"empty\" (it says nothing) or the whole path of a file "
        "with the expected output");
  }
}

/// A published git repository can be cloned, and its newest commit is not too old.
checks::CheckResult askClone(const Site& site, const checks::Arguments& arguments) {
  const std::string url = arguments.text("repository");
  core::CheckResult result{{}, "published " + core::printable(url), Outcome::fail, {}, {}, {}};
  ports::Command list{
      {"git", "ls-remote", "--exit-code", "--", url, arguments.text("branch", "HEAD")}};
  list.mutates = false;
  list.environment["GIT_TERMINAL_PROMPT"] = core::Secret("0");
  const auto there = site.world.shell.run(list);
  if (!there.ok()) {
    result.found = "it can't be read: " + core::redacted(there.inWords());
    return result;
  }
  const std::string published = there.out.substr(0, there.out.find('\t'));
  const std::string checkout = arguments.text("checkout", "");
  if (checkout.empty()) {
    result.outcome = Outcome::pass;
    result.found = "it can be read, at " + published.substr(0, 12);
    return result;
  }
  ports::Command ours{{"git", "-c", "safe.directory=*", "-C", checkout, "rev-parse", "HEAD"}};
  ours.mutates = false;
  const auto head = site.world.shell.run(ours);
  const std::string local(core::trim(head.out));
  result.outcome = !head.ok()           ? Outcome::unknown
                   : local == published ? Outcome::pass
                                        : Outcome::fail;
  result.found = !head.ok() ? head.inWords()
                 : local == published
                     ? "it is current, at " + published.substr(0, 12)
                     : fmt::format("it is at {}, and {} at {}", published.substr(0, 12), checkout,
                                   local.substr(0, 12));
  return result;
}

}  // namespace

void addCommand(checks::Kinds& kinds, const Site& site) {
  const std::vector<std::string> takes{"status", "output",        "not_output",      "user",
                                       "folder", "no_difference", "unchanged_status"};
  kinds.add("command", {{"argv"},
                        takes,
                        false,
                        [site](const checks::Arguments& arguments) {
                          return askCommand(site, arguments, false);
                        },
                        examine});
  kinds.add("probe-command", {{"argv"},
                              takes,
                              true,
                              [site](const checks::Arguments& arguments) {
                                return askCommand(site, arguments, true);
                              },
                              examine});
  kinds.add(
      "published",
      {{"repository"}, {"branch", "checkout"}, false, [site](const checks::Arguments& arguments) {
         return askClone(site, arguments);
       }});
}

}  // namespace validation
