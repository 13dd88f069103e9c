#include "commands/globals.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "commands/check_forms.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

/// Variable and the option that it stands for.
constexpr std::array<std::pair<const char*, const char*>, 7> kVariables{
    {{"SOTCTL_CONFIG", "--config"},
     {"SOTCTL_INSTANCE", "--instance"},
     {"SOTCTL_OUTPUT", "--output"},
     {"SOTCTL_COLOR", "--color"},
     {"SOTCTL_REASON", "--reason"},
     {"SOTCTL_TASK", "--task"},
     {"SOTCTL_TIMEOUT", "--timeout"}}};

}  // namespace

void bindGlobals(Syntax& syntax, Globals& globals) {
  syntax.option("-c,--config", "FILE", globals.config,
                "configuration file, instead of /etc/sotctl/sotctl.toml");
  syntax.option("-i,--instance", "NAME", globals.instance,
                "instance that is meant; needed where there are several");
  syntax.flag("-n,--dry-run", globals.dry_run, "look, print the plan, change nothing");
  syntax.flag("-y,--yes", globals.yes, "answer yes to every question but a typed name");
  syntax.option("--confirm", "NAME", globals.confirm,
                "type the name that is asked for before data can be lost");
  syntax.option("--answers", "FILE", globals.answers,
                "answers to questions, one line each: QUESTION-ID = \"ANSWER\"");
  syntax.choice("-o,--output", outputWords(), globals.output,
                "form of the result on standard output; those beside text and json are for checks");
  syntax.option("--write", "FORMAT=FILE", globals.write,
                "also write the result into a file, in one move, after a failure too; repeatable");
  syntax.flag("-q,--quiet", globals.quiet, "no notes and no progress on standard error");
  syntax.count("-v,--verbose", globals.verbose, "details and causes of errors; repeatable");
  syntax.choice("--color", {"auto", "always", "never"}, globals.color,
                "colours on standard output; NO_COLOR is heeded");
  syntax.option("--reason", "TEXT", globals.reason, "why, for the journal");
  syntax.option("--task", "ID", globals.task, "ticket or task, for the journal");
  syntax.option("--timeout", "DURATION", globals.timeout,
                "stop after this time, as an interrupt would (90s, 15min, 2h)");
  syntax.flag("--detailed-exitcode", globals.detailed_exitcode,
              "exit status 20 instead of 0 if something changed, or would change");
  syntax.option("--accept", "REFUSAL-ID", globals.accept,
                "override one refusal in this run; journalled; repeatable");
}

void applyEnvironment(const std::map<std::string, std::string>& environment, Globals& globals) {
  Syntax syntax;
  bindGlobals(syntax, globals);
  for (const auto& [variable, option] : kVariables) {
    const auto found = environment.find(variable);
    if (found == environment.end() || found->second.empty()) continue;
    try {
      syntax.find(option)->set(found->second);
    } catch (const core::Error& error) {
      throw core::Error(error.kind(),
                        fmt::format("environment variable {}: {}", variable, error.what()),
                        error.hint());
    }
  }
}

std::vector<std::string> environmentNames() {
  std::vector<std::string> names;
  for (const auto& [variable, option] : kVariables) names.emplace_back(variable);
  return names;
}

}  // namespace commands
