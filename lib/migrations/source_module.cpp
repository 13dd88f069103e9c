#include "lib/migrations/source_module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lib/core/error.hpp"
#include "lib/core/utf8.hpp"
#include "lib/migrations/read_operation.hpp"

namespace migrations {
namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20U;

void refuseStrangeText(std::string_view source) {
  if (source.size() > kMostBytes) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("has {} bytes, more than a migration can have", source.size()));
  }
  const std::size_t bad = core::firstInvalidUtf8(source);
  const std::size_t stop = std::min(bad, source.find('\0'));
  if (stop < source.size()) {
    const auto before = source.substr(0, stop);
    throw core::Error(
        core::Kind::corrupt,
        fmt::format("line {} is not Python: {}", 1 + std::count(before.begin(), before.end(), '\n'),
                    stop == bad ? "not UTF-8" : "a NUL byte"));
  }
}

std::vector<Line> logicalLines(const std::vector<Token>& tokens) {
  std::vector<Line> lines;
  std::size_t first = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::end_of_line) continue;
    if (i > first) lines.emplace_back(tokens.data() + first, i - first);
    first = i + 1;
  }
  return lines;
}

bool isDefinition(Line line) {
  return line[0].isName("def") || (line[0].isName("async") && line.size() > 1);
}

std::string definedName(Line line) {
  const std::size_t at = line[0].isName("async") ? 2 : 1;
  return at < line.size() ? line[at].text : "";
}

bool isMigrationClass(Line line) {
  return line.size() > 1 && line[0].isName("class") && line[1].isName("Migration");
}

}  // namespace

SourceModule::SourceModule(std::string_view source) {
  refuseStrangeText(source);
  tokens_ = application::python::tokenize(source);
  lines_ = logicalLines(tokens_);
  sort();
}

void SourceModule::sort() {
  enum class In { nothing, function, migration, other };
  In in = In::nothing;
  std::string function;
  // Lines that are indented further belong to a function of the class.
  constexpr unsigned kNone = std::numeric_limits<unsigned>::max();
  unsigned method_indent = kNone;
  for (const Line& line : lines_) {
    const unsigned indent = line[0].indent;
    if (indent == 0) {
      in = In::other;
      if (isDefinition(line)) {
        in = In::function;
        function = definedName(line);
        functions_[function].push_back(line);
      } else if (isMigrationClass(line)) {
        in = In::migration;
        body_.emplace();
        body_indent_ = 0;
        method_indent = kNone;
      } else {
        topLevel(line);
      }
    } else if (in == In::function) {
      functions_[function].push_back(line);
    } else if (in == In::migration) {
      if (body_indent_ == 0) body_indent_ = indent;
      if (indent > method_indent) continue;
      method_indent = kNone;
      if (isDefinition(line)) method_indent = indent;
      body_->push_back(line);
    } else {
      topLevel(line);
    }
  }
}

void SourceModule::topLevel(Line line) {
  const bool plain = line.size() > 2 && line[0].kind == Token::Kind::name && line[1].is("=");
  if (plain && line[0].indent == 0) {
    const auto [at, fresh] = assigned_.try_emplace(line[0].text);
    at->second.value = line.subspan(2);
    at->second.once = fresh;
    return;
  }
  // Anything else that names a name may change it: then it is not known any more.
  const bool imports = line[0].isName("import") || line[0].isName("from");
  for (const Token& token : line) {
    if (imports || token.kind != Token::Kind::name) continue;
    assigned_[token.text].once = false;
    if (body_ && token.text == "Migration" && line[0].indent == 0) {
      afterwards_.push_back(line);
      break;
    }
  }
}

const Expression* SourceModule::resolve(const std::string& name) {
  const auto found = assigned_.find(name);
  if (found == assigned_.end() || !found->second.once || found->second.reading) return nullptr;
  Assigned& assigned = found->second;
  if (!assigned.read) {
    assigned.reading = true;  // a name that stands for itself stays unknown
    assigned.read = readExpression(assigned.value, resolver());
    assigned.reading = false;
  }
  return assigned.read->is(Expression::Kind::other) ? nullptr : &*assigned.read;
}

std::optional<std::vector<std::string>> SourceModule::fetched(const std::string& function) {
  std::set<std::string> seen;
  std::set<std::string> models;
  if (!collect(function, seen, models) || models.empty()) return std::nullopt;
  return std::vector<std::string>(models.begin(), models.end());
}

bool SourceModule::collect(const std::string& function, std::set<std::string>& seen,
                           std::set<std::string>& models) {
  if (!seen.insert(function).second) return true;
  const auto found = functions_.find(function);
  if (found == functions_.end()) return false;
  for (const Line& line : found->second) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i].kind != Token::Kind::name || !line[i + 1].is("(")) continue;
      if (functions_.contains(line[i].text) && !(i > 0 && line[i - 1].is("."))) {
        if (!collect(line[i].text, seen, models)) return false;
      }
      if (line[i].text != "get_model") continue;
      std::vector<std::string> texts;
      for (std::size_t at = i + 2; at < line.size() && !line[at].is(")"); ++at) {
        if (line[at].kind == Token::Kind::text && !line[at].opaque) texts.push_back(line[at].text);
      }
      if (texts.size() == 1 && texts[0].find('.') != std::string::npos) {
        models.insert(lowered(texts[0]));
      } else if (texts.size() == 2) {
        models.insert(lowered(texts[0] + "." + texts[1]));
      } else {
        return false;
      }
    }
  }
  return true;
}

}  // namespace migrations
