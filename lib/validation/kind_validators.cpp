#include <fmt/format.h>

#include <algorithm>

#include "lib/application/python/lexer.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;
using Token = application::python::Token;

/// Whether the source defines a class of that name, and in it a method of that name.
std::string wrongClass(const std::string& source, const std::string& wanted,
                       const std::string& method) {
  const auto tokens = application::python::tokenize(source);
  bool inside = false;
  bool found = false;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool first = i == 0 || tokens[i - 1].kind == Token::Kind::end_of_line;
    if (!first) continue;
    if (token.indent == 0) inside = token.isName("class") && tokens[i + 1].isName(wanted);
    found = found || inside;
    if (inside && token.indent > 0 && token.isName("def") && tokens[i + 1].isName(method))
      return {};
  }
  return found ? fmt::format("class {} has no method {}", wanted, method)
               : fmt::format("it has no class {}", wanted);
}

/// One file per model below a folder, each with the expected class and method, and named in the
/// configuration's CUSTOM_VALIDATORS.
checks::CheckResult askValidators(const Site& site, const checks::Arguments& arguments) {
  const std::string folder = arguments.text("folder");
  const std::string wanted = arguments.text("class", "Main");
  const std::string method = arguments.text("method", "validate");
  const std::string settings =
      site.instance.settings.empty() ? "" : site.world.files.read(site.instance.settings);
  std::vector<core::CheckResult> results;
  const auto real = site.world.files.resolve(folder);
  if (!real) {
    return core::CheckResult{{}, "validators", Outcome::fail, folder + " is not there", {}, {}};
  }
  for (const auto& entry : site.world.files.list(*real)) {
    const bool is = entry.type == ports::FileType::file && entry.name.ends_with(".py") &&
                    !entry.name.starts_with("_");
    if (!is) continue;
    const std::string model = entry.name.substr(0, entry.name.size() - 3);
    core::CheckResult one{{}, entry.name, Outcome::pass, {}, {}, {}};
    try {
      one.found = wrongClass(site.world.files.read(folder + "/" + entry.name), wanted, method);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::corrupt) throw;
      one.found = error.what();
    }
    if (one.found.empty() && settings.find(model + "." + wanted) == std::string::npos) {
      one.found =
          fmt::format("it is not activated: CUSTOM_VALIDATORS names no {}.{}", model, wanted);
    }
    if (!one.found.empty()) one.outcome = Outcome::fail;
    results.push_back(std::move(one));
  }
  auto result = combined(
      "validators", results,
      core::plural(static_cast<std::int64_t>(results.size()), "validator is", "validators are") +
          " activated");
  if (results.empty()) {
    result.outcome = Outcome::fail;
    result.found = "there is none in " + folder;
  }
  return result;
}

void examineFolder(const checks::Arguments& arguments) {
  if (arguments.text("folder").starts_with('/')) return;
  throw core::Error(core::Kind::configuration, "folder must be a whole path, from /");
}

/// A write that must be refused: with 400 and words, never with 500.
checks::CheckResult askBadWrite(const Site& site, const checks::Arguments& arguments) {
  const std::string path = arguments.text("path");
  return answered("bad write to " + path, [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "bad write to " + core::printable(path), Outcome::fail, {}, {},
                             {}};
    if (site.instance.environment == config::Environment::production) {
      result.outcome = Outcome::skip;
      result.found = "nothing wrong is written to production";
      return result;
    }
    const auto limit = arguments.duration("within", std::chrono::seconds(5));
    Api api(site, arguments);
    const auto began = site.world.clock.steady();
    const auto response =
        api.send("POST", path, {"application/json", arguments.text("body", "{}")}, true);
    const auto took = std::chrono::duration_cast<core::Duration>(site.world.clock.steady() - began);
    if (response.status == 401 || response.status == 403) {
      result.outcome = Outcome::unknown;
      result.found = statusInWords(response);
      result.hint = "The token needs the right to write there.";
      return result;
    }
    if (response.status == 201) {
      const core::Json made = core::Json::parse(response.body, nullptr, false);
      if (made.is_object() && made.contains("id")) {
        api.remove(path +
                   (made["id"].is_string() ? made["id"].get<std::string>() : made["id"].dump()) +
                   "/");
      }
      result.found = "it was taken, where a validator should have refused it";
      return result;
    }
    if (response.status != 400) {
      result.found = statusInWords(response);
    } else if (took > limit) {
      result.found = "it was refused only after " + core::formatDuration(took);
      result.wanted = "within " + core::formatDuration(limit);
    } else {
      result.outcome = Outcome::pass;
      result.found = "refused: " + core::printable(response.body.substr(0, 80));
    }
    return result;
  });
}

}  // namespace

void addValidators(checks::Kinds& kinds, const Site& site) {
  kinds.add("validators",
            {{"folder"},
             {"class", "method"},
             false,
             [site](const checks::Arguments& arguments) { return askValidators(site, arguments); },
             examineFolder});
  kinds.add("bad-write",
            {{"path"}, {"body", "within", "url"}, true, [site](const checks::Arguments& arguments) {
               return askBadWrite(site, arguments);
             }});
}

}  // namespace validation
