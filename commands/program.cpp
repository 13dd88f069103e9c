#include "commands/program.hpp"

#include <fmt/format.h>

#include <optional>

#include "commands/answers.hpp"
#include "commands/check_forms.hpp"
#include "commands/context.hpp"
#include "commands/failure.hpp"
#include "commands/globals.hpp"
#include "commands/parser.hpp"
#include "commands/written.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/ports/guard.hpp"

namespace commands {
namespace {

constexpr int kChanged = 20;
constexpr int kNagiosUnknown = 3;

bool wantsColor(const Globals& globals, const Start& start) {
  if (globals.color != "auto") return globals.color == "always";
  const auto value = [&](const char* name) {
    const auto found = start.environment.find(name);
    return found == start.environment.end() ? "" : found->second;
  };
  return start.out_is_terminal && value("NO_COLOR").empty() && value("TERM") != "dumb";
}

out::OutputSettings outputSettings(const Globals& globals, const Start& start) {
  out::OutputSettings settings;
  settings.format = globals.output == "json" ? out::Format::json : out::Format::text;
  settings.quiet = globals.quiet;
  settings.verbose = globals.verbose;
  settings.color = wantsColor(globals, start);
  settings.progress_in_place = start.err_is_terminal;
  return settings;
}

void nameIgnored(const Surroundings& around, const ports::Caller& caller, out::Output& output) {
  if (around.ignored.empty()) return;
  output.note(fmt::format("ignored from the environment, because this runs {}: {}",
                          caller.root() ? "as root" : "under sudo",
                          core::join(around.ignored, ", ")));
}

/// One run of the program: its parts outlive the command.
class Program {
 public:
  Program(ports::World& world, const Start& start, std::ostream& out, std::ostream& err)
      : world_(world), start_(start), out_(out), err_(err) {}

  int run(const std::vector<Noun>& nouns, const std::function<void(core::Duration)>& arm) {
    Request request;
    try {
      around_ = surroundings(start_, world_.caller);
      applyEnvironment(around_.trusted, globals_);
      request = parse(start_.words, nouns, globals_);
      writes_ = parseWrites(globals_.write, world_.caller);
      if (request.run && !givesChecks(request.command)) refuseCheckForms(request.command);
      if (globals_.answers) globals_.answers = world_.caller.absolute(*globals_.answers);
    } catch (const std::exception& error) {
      globals_.output = askedOutput(start_.words, globals_.output);
      if (globals_.output != "json" && globals_.output != "nagios") globals_.output = "text";
      return tell(failureOf(error, core::Stop::none));
    }
    if (!request.run) {
      out::Output output({}, out_, err_);
      output.result({}, request.text);
      return out_ || output.readerGone() ? 0 : tell(unwritten());
    }
    if (globals_.timeout) arm(*globals_.timeout);
    return runVerb(request);
  }

 private:
  int runVerb(const Request& request) {
    // In a further form the text goes to the log, and the form to standard output at the end.
    const bool form = isCheckForm(globals_.output);
    out::Output output(outputSettings(globals_, start_), form ? err_ : out_, err_);
    nameIgnored(around_, world_.caller, output);
    std::optional<Failure> failure;
    int status = 0;
    try {
      status = inWorld(request, output);
    } catch (const std::exception& error) {
      failure = failureOf(error, world_.cancellation.cause());
    }
    output.finish();
    if (form && output.lastResult()) {
      out_ << inForm(globals_.output, output.lastResult()->document);
      out_.flush();
    }
    if (!failure && !out_ && !output.readerGone() && status == 0) failure = unwritten();
    try {
      writeFiles(world_.files, writes_, output.lastResult(), failure, start_.file_mode);
    } catch (const std::exception& error) {
      // What the command itself ran into is told first, and decides the status.
      const Failure second = failureOf(error, core::Stop::none);
      if (failure || status != 0) {
        output.warn("sotctl: " + second.message);
      } else {
        failure = second;
      }
    }
    return failure ? tell(*failure) : status;
  }

  /// Runs the verb on the real world, or on one that can't be changed.
  int inWorld(const Request& request, out::Output& output) {
    AnsweringPrompt prompt(world_.prompt, world_.files, globals_);
    ports::World world{world_.shell, world_.sql,  world_.http,         world_.files,
                       world_.clock, prompt,      world_.cancellation, world_.caller,
                       world_.hosts, world_.trees};
    std::optional<ports::DryWorld> dry;
    if (globals_.dry_run) dry.emplace(world);
    Context context(dry ? dry->world() : world, globals_, output, around_.state_folder,
                    around_.xdg_config_home);
    const int status = request.run(context);
    return status == 0 && globals_.detailed_exitcode && context.changed() ? kChanged : status;
  }

  Failure unwritten() const {
    Failure failure;
    failure.kind = core::kindName(core::Kind::unexpected);
    failure.message = "the result could not be written to standard output";
    return failure;
  }

  /// What only verbs of checks can give is refused before anything happens.
  void refuseCheckForms(const std::string& command) const {
    std::vector<std::string> forms{globals_.output};
    for (const WriteOption& write : writes_) forms.push_back(write.form);
    for (const std::string& form : forms) {
      if (!isCheckForm(form)) continue;
      throw core::Error(
          core::Kind::usage,
          fmt::format("{} has no output as {}: it gives no check results", command, form),
          "It has text and json.");
    }
  }

  int tell(const Failure& failure) {
    const bool verbose = globals_.verbose > 0;
    if (isCheckForm(globals_.output)) {
      out_ << failureForm(globals_.output, failure);
      out_.flush();
    }
    if (globals_.output == "json") {
      err_ << failureJson(failure, verbose)
                  .dump(-1, ' ', false, core::Json::error_handler_t::replace)
           << "\n";
    } else {
      err_ << failureText(failure, verbose);
    }
    err_.flush();
    return globals_.output == "nagios" ? kNagiosUnknown : failure.status;
  }

  ports::World& world_;
  const Start& start_;
  std::ostream& out_;
  std::ostream& err_;
  Globals globals_;
  Surroundings around_;
  std::vector<WriteOption> writes_;
};

}  // namespace

int program(ports::World& world, const Start& start, const std::vector<Noun>& nouns,
            std::ostream& out, std::ostream& err, const std::function<void(core::Duration)>& arm) {
  return Program(world, start, out, err).run(nouns, arm);
}

}  // namespace commands
