#include "commands/check_forms.hpp"

#include <algorithm>

#include "lib/checks/report.hpp"

namespace commands {

std::vector<std::string> outputWords() {
  std::vector<std::string> words{"text", "json"};
  words.insert(words.end(), checks::kForms.begin(), checks::kForms.end());
  return words;
}

bool isCheckForm(const std::string& word) {
  return std::find(checks::kForms.begin(), checks::kForms.end(), word) != checks::kForms.end();
}

bool givesChecks(const std::string& command) {
  return command == "validate" || command == "permissions audit";
}

std::string inForm(const std::string& form, const core::Json& document) {
  return checks::forms(checks::sheetFromJson(document)).at(form);
}

std::string failureForm(const std::string& form, const Failure& failure) {
  core::CheckResult result{"sotctl",        "sotctl", core::Outcome::unknown,
                           failure.message, {},       failure.hint};
  return checks::forms(checks::sheetOf("sotctl", "sotctl", "", {result})).at(form);
}

int sayChecks(Context& context, const checks::Sheet& sheet, const std::string& text,
              const core::Json& more) {
  core::Json document = more;
  document.update(checks::toJson(sheet));
  context.out().result(document, text);
  const auto results = sheet.results();
  return context.globals().output == "nagios" ? checks::nagiosStatus(results)
                                              : checks::exitStatus(results);
}

}  // namespace commands
