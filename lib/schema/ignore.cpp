#include <fmt/format.h>

#include "lib/config/records.hpp"
#include "lib/core/error.hpp"
#include "lib/schema/diff.hpp"
#include "lib/schema/embedded.hpp"

namespace schema {
namespace {

/// "*" in `pattern` stands for any text.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t back = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      back = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++back;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

std::vector<Ignore> readIgnores(std::string_view source, const std::string& file) {
  std::vector<Ignore> ignores;
  for (const config::Record& one :
       config::readRecords(source, file, "ignore", {"object", "what", "reason", "until"})) {
    const auto refuse = [&](const std::string& what) {
      throw core::Error(core::Kind::configuration, fmt::format("{}:{}: {}", file, one.line, what));
    };
    if (one.text("object").empty()) refuse("object is missing");
    if (one.text("object").find_first_not_of("* ") == std::string::npos) {
      refuse("object names everything: that would be no comparison");
    }
    if (one.text("reason").empty()) refuse("reason is missing");
    Ignore ignore{one.text("object"), one.text("what"), one.text("reason"), {}, one.line};
    if (const std::string& until = one.text("until"); !until.empty()) {
      ignore.until = core::parseUtc(until + "T23:59:59Z");
      if (!ignore.until) refuse(fmt::format("until is \"{}\", wanted is 2027-01-31", until));
    }
    ignores.push_back(std::move(ignore));
  }
  return ignores;
}

std::vector<Ignore> shippedIgnores() { return readIgnores(embedded("ignore.toml"), "ignore.toml"); }

std::vector<std::string> ignore(Comparison& comparison, const std::vector<Ignore>& ignores,
                                core::Time now) {
  std::vector<std::string> expired;
  for (Difference& one : comparison.differences) {
    if (one.kind != Class::real) continue;
    for (const Ignore& line : ignores) {
      if (!line.what.empty() && line.what != one.what) continue;
      if (!fits(line.object, one.object.inWords())) continue;
      if (line.until && *line.until < now) {
        expired.push_back(fmt::format("{} was to be ignored ({}), and that has expired",
                                      one.object.inWords(), line.reason));
        continue;
      }
      one.kind = Class::ignored;
      one.reason = line.reason;
      break;
    }
  }
  return expired;
}

}  // namespace schema
