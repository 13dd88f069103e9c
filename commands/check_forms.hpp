#pragma once

#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/failure.hpp"
#include "lib/checks/sheet.hpp"

namespace commands {

/// The words of -o and --write: text, json, and the further forms of check results.
std::vector<std::string> outputWords();
/// Whether it is none of text and json.
bool isCheckForm(const std::string& word);
/// Whether a command ("validate") gives check results: then its document is that of a sheet
/// (checks::toJson), and it can be written in each further form.
bool givesChecks(const std::string& command);

/// A result in a further form. Throws core::Json::exception for a document that is no sheet.
std::string inForm(const std::string& form, const core::Json& document);
/// What a failure is in a further form: one check that could not be determined.
std::string failureForm(const std::string& form, const Failure& failure);

/// Says the results of a verb that gives checks, and gives the exit status: Nagios's own with
/// `-o nagios`. `more`: what its document has beside the sheet.
int sayChecks(Context& context, const checks::Sheet& sheet, const std::string& text,
              const core::Json& more = core::Json::object());

}  // namespace commands
