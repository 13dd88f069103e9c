#include "commands/failure.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/out/safe.hpp"

namespace commands {
namespace {

constexpr int kBug = 70;
constexpr int kTerminated = 143;
constexpr std::string_view kInterrupted = "interrupted";

void collectCauses(const std::exception& error, std::vector<std::string>& causes) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) {
    causes.emplace_back(inner.what());
    collectCauses(inner, causes);
  } catch (...) {
    causes.emplace_back("something that is no exception");
  }
}

/// What a cancelled command's interruption really was.
void applyStop(Failure& failure, core::Stop stop) {
  // The first word says what stopped it; what became of the run stands after it and stays.
  const auto becomes = [&](const std::string& cause) {
    const bool more = failure.message.starts_with(kInterrupted);
    failure.message = cause + (more ? failure.message.substr(kInterrupted.size()) : "");
  };
  if (stop == core::Stop::time_limit) {
    failure.status = core::exitStatus(core::Kind::timed_out);
    failure.kind = core::kindName(core::Kind::timed_out);
    becomes("the time limit of --timeout has passed");
  } else if (stop == core::Stop::terminate) {
    failure.status = kTerminated;
    becomes("terminated");
  }
}

}  // namespace

Failure failureOf(const std::exception& error, core::Stop stop) {
  Failure failure;
  failure.message = error.what();
  collectCauses(error, failure.causes);
  if (const auto* known = dynamic_cast<const core::Error*>(&error)) {
    failure.status = core::exitStatus(known->kind());
    failure.kind = core::kindName(known->kind());
    failure.hint = known->hint();
    failure.refusal = known->refusal();
    if (known->kind() == core::Kind::interrupted) applyStop(failure, stop);
  } else if (dynamic_cast<const std::logic_error*>(&error) != nullptr) {
    failure.status = kBug;
    failure.kind = "bug";
    failure.message = fmt::format("bug: {}", error.what());
    failure.hint = "This is a mistake in sotctl itself. Please report it with the command line.";
  } else {
    failure.status = core::exitStatus(core::Kind::unexpected);
    failure.kind = core::kindName(core::Kind::unexpected);
  }
  return failure;
}

std::string failureText(const Failure& failure, bool verbose) {
  std::string text = "sotctl: " + failure.message + "\n";
  if (verbose) {
    for (const std::string& cause : failure.causes) text += "  because: " + cause + "\n";
  }
  for (const std::string& line : core::split(core::trim(failure.hint), '\n')) {
    if (!line.empty()) text += "  " + line + "\n";
  }
  return out::safe(text, false);
}

core::Json failureJson(const Failure& failure, bool verbose) {
  core::Json error = {{"kind", failure.kind},
                      {"message", failure.message},
                      {"hint", failure.hint},
                      {"status", failure.status}};
  if (!failure.refusal.empty()) error["refusal"] = failure.refusal;
  if (verbose && !failure.causes.empty()) error["causes"] = failure.causes;
  return {{"error", error}};
}

}  // namespace commands
