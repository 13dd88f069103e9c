#include "commands/written.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/check_forms.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

std::string asText(const std::optional<out::Output::Result>& result,
                   const std::optional<Failure>& failure) {
  std::string text = result ? result->text : "";
  if (failure) text += failureText(*failure, false);
  return text;
}

std::string asJson(const std::optional<out::Output::Result>& result,
                   const std::optional<Failure>& failure) {
  core::Json document = result ? result->document : core::Json::object();
  if (failure && document.is_object()) document.update(failureJson(*failure, false));
  return document.dump(2, ' ', false, core::Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::vector<WriteOption> parseWrites(const std::vector<std::string>& texts,
                                     const ports::Caller& caller) {
  std::vector<WriteOption> writes;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const std::string format = text.substr(0, equals);
    const std::string file = equals == std::string::npos ? "" : text.substr(equals + 1);
    const auto forms = outputWords();
    const bool known = std::find(forms.begin(), forms.end(), format) != forms.end();
    if (!known || file.empty()) {
      throw core::Error(
          core::Kind::usage, fmt::format("--write can't be '{}'", core::printable(text)),
          "Give a format and a file: --write json=FILE. Formats: " + core::join(forms, ", ") + ".");
    }
    writes.push_back({format, caller.absolute(file)});
  }
  return writes;
}

void writeFiles(ports::Files& files, const std::vector<WriteOption>& writes,
                const std::optional<out::Output::Result>& result,
                const std::optional<Failure>& failure, unsigned mode) {
  for (const WriteOption& write : writes) {
    std::string content;
    if (write.form == "text") {
      content = asText(result, failure);
    } else if (write.form == "json") {
      content = asJson(result, failure);
    } else if (result) {
      content = inForm(write.form, result->document);
    } else if (failure) {
      content = failureForm(write.form, *failure);
    } else {
      continue;  // a verb of checks that only printed something else: a plan, a list
    }
    files.replace(write.file, content, mode);
  }
}

}  // namespace commands
