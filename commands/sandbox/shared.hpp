#pragma once

#include <string>

#include "commands/context.hpp"
#include "commands/verb.hpp"
#include "lib/core/json.hpp"
#include "lib/sandbox/sandbox.hpp"

namespace commands::sandbox_shared {

/// The folder that --dir names, or the usual one: beside the folder of runs.
std::string folder(Context& context, const std::string& given);

void bindFolder(Arguments& arguments, std::string& to);

core::Json document(const sandbox::Report& report);
/// Processes, addresses and the next commands.
std::string text(const sandbox::Report& report);
/// What a dry run prints.
void tellForeseen(Context& context, const std::vector<std::string>& words);

}  // namespace commands::sandbox_shared
