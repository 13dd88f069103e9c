#include "lib/application/python/module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "lib/application/python/expression.hpp"
#include "lib/application/python/lexer.hpp"

namespace application::python {
namespace {

using Line = std::span<const Token>;

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

bool isAny(const Token& token, std::span<const std::string_view> names) {
  return token.kind == Token::Kind::name &&
         std::find(names.begin(), names.end(), token.text) != names.end();
}

/// Begins a block whose lines may or may not run.
bool beginsBlock(const Token& token) {
  static constexpr std::array<std::string_view, 9> kWords{
      "if", "elif", "else", "for", "while", "try", "except", "finally", "with"};
  return isAny(token, kWords);
}

/// Begins a block with names of its own.
bool beginsScope(const Token& token) {
  static constexpr std::array<std::string_view, 3> kWords{"def", "class", "async"};
  return isAny(token, kWords);
}

bool isAugmented(const Token& token) {
  return token.kind == Token::Kind::symbol && token.text.size() >= 2 && token.text.back() == '=' &&
         token.text != "==" && token.text != "!=" && token.text != "<=" && token.text != ">=" &&
         token.text != ":=";
}

/// Place of the first token outside brackets that `wanted` accepts, or the line's size.
template <typename Wanted>
std::size_t findOutside(Line line, Wanted wanted) {
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Token& token = line[i];
    if (depth == 0 && wanted(token)) return i;
    if (token.is("(") || token.is("[") || token.is("{")) ++depth;
    if (token.is(")") || token.is("]") || token.is("}")) --depth;
  }
  return line.size();
}

class Reader {
 public:
  Module read(std::string_view source) {
    const std::vector<Token> tokens = tokenize(source);
    bool in_scope = false;
    for (const Line& line : logicalLines(tokens)) {
      const Token& first = line[0];
      if (first.indent == 0) in_scope = beginsScope(first) || first.is("@");
      if (in_scope) continue;
      if (first.indent > 0 || beginsBlock(first) || isSoftMatch(line)) {
        conditional(line);
      } else {
        statement(line);
      }
    }
    return std::move(module_);
  }

 private:
  static bool isSoftMatch(Line line) {
    return line[0].isName("match") && line.back().is(":") && line.size() > 2 && !line[1].is("=");
  }

  void forget(const std::string& name, std::string why) {
    module_.names[name] = Value::unknown(std::move(why));
  }

  /// A line that may not run: every name that it touches is unknown from here on.
  void conditional(Line line) {
    std::size_t first = 0;
    if (line[0].indent == 0 || beginsBlock(line[0])) {  // "if x: A = 1"; names of "for A in" too
      const std::size_t colon = findOutside(line, [](const Token& t) { return t.is(":"); });
      if (line[0].isName("for")) touched(line.subspan(1, colon - 1), true);
      first = colon + 1;
    }
    if (first < line.size()) touched(line.subspan(first), false);
  }

  void touched(Line line, bool all) {
    if (imports(line)) return;
    const std::string why = fmt::format("is set under a condition in line {}", line[0].line);
    const std::size_t set =
        findOutside(line, [](const Token& t) { return t.is("=") || isAugmented(t); });
    const bool call = line.size() > 1 && (line[1].is(".") || line[1].is("["));
    if (!all && set == line.size() && !call && !line[0].isName("del")) return;
    const std::size_t end = set == line.size() && call && !all ? 1 : set;
    for (std::size_t i = 0; i < end; ++i) {
      const bool attribute = i > 0 && line[i - 1].is(".");
      if (line[i].kind == Token::Kind::name && !attribute) forget(line[i].text, why);
    }
  }

  /// True if the line is an import; its names are unknown.
  bool imports(Line line) {
    const bool from = line[0].isName("from");
    if (!from && !line[0].isName("import")) return false;
    std::string module;
    std::size_t at = 1;
    for (; from && at < line.size() && !line[at].isName("import"); ++at) module += line[at].text;
    for (std::size_t i = at; i < line.size(); ++i) {
      if (line[i].is("*")) {
        module_.others_from = "from " + module + " import *";
        for (auto& [name, value] : module_.names) {
          value = Value::unknown("may be set again by " + module_.others_from);
        }
      }
      const bool renamed = i + 1 < line.size() && line[i + 1].isName("as");
      if (line[i].kind != Token::Kind::name || line[i].isName("import") || line[i].isName("as") ||
          renamed || line[i - 1].is(".")) {
        continue;
      }
      forget(line[i].text, fmt::format("is imported in line {}", line[0].line));
    }
    return true;
  }

  void statement(Line line) {
    if (imports(line)) return;
    const std::size_t augmented = findOutside(line, isAugmented);
    if (augmented < line.size()) {
      change(line, augmented);
      return;
    }
    const auto isSet = [](const Token& token) { return token.is("="); };
    std::vector<Line> targets;
    for (std::size_t at = findOutside(line, isSet); at < line.size();
         at = findOutside(line, isSet)) {
      targets.push_back(line.subspan(0, at));
      line = line.subspan(at + 1);
    }
    if (targets.empty()) {
      effect(line);
      return;
    }
    const Value value = line.empty() ? Value::unknown("is empty") : evaluate(line, module_.names);
    for (const Line& target : targets) assign(target, value);
  }

  void assign(Line target, const Value& value) {
    if (target.empty()) return;
    const std::string name = target[0].text;
    const bool plain = target.size() == 1 || target[1].is(":");  // "NAME: type = …"
    if (target[0].kind == Token::Kind::name && plain) {
      module_.names[name] = value;
      return;
    }
    if (target[0].kind == Token::Kind::name && target.size() > 1 && target[1].is("[")) {
      assignItem(target, value);
      return;
    }
    // Attributes, unpacking: every name in it may have changed.
    for (const Token& token : target) {
      if (token.kind == Token::Kind::name) {
        forget(token.text, fmt::format("is worked out in line {}", token.line));
      }
    }
  }

  /// NAME["key"]["key"] = value
  void assignItem(Line target, const Value& value) {
    const auto found = module_.names.find(target[0].text);
    Value* at = found == module_.names.end() ? nullptr : &found->second;
    std::size_t i = 1;
    while (at != nullptr && i + 2 < target.size() && target[i].is("[") &&
           target[i + 1].kind == Token::Kind::text && target[i + 2].is("]")) {
      if (at->kind != Value::Kind::dictionary) break;
      const std::string key = target[i + 1].text;
      i += 3;
      if (i == target.size()) {
        at->entries.emplace_back(Value::ofText(key), value);
        return;
      }
      at = at->at(key);
    }
    if (found != module_.names.end()) {
      forget(target[0].text, fmt::format("is changed in line {}", target[0].line));
    }
  }

  void change(Line line, std::size_t operation) {
    const std::string name = line[0].text;
    const Value added = evaluate(line.subspan(operation + 1), module_.names);
    const auto found = module_.names.find(name);
    if (operation == 1 && line[1].is("+=") && found != module_.names.end()) {
      Value& value = found->second;
      if (value.kind == Value::Kind::list && added.kind == Value::Kind::list) {
        value.items.insert(value.items.end(), added.items.begin(), added.items.end());
        return;
      }
      if (value.isText() && added.isText()) {
        value.text += added.text;
        return;
      }
    }
    forget(name, fmt::format("is changed in line {}", line[0].line));
  }

  /// A statement without "=": a method of a name, or del, may change it.
  void effect(Line line) {
    const std::string why = fmt::format("is changed in line {}", line[0].line);
    if (line[0].isName("del")) {
      if (line.size() == 2) {
        module_.names.erase(line[1].text);
      } else if (line.size() > 2) {
        forget(line[1].text, why);
      }
      return;
    }
    const bool known = module_.names.contains(line[0].text);
    if (known && line.size() > 1 && (line[1].is(".") || line[1].is("["))) {
      forget(line[0].text, why);
    }
  }

  Module module_;
};

}  // namespace

std::optional<Value> Module::find(const std::string& name) const {
  if (const auto found = names.find(name); found != names.end()) return found->second;
  if (others_from.empty()) return std::nullopt;
  return Value::unknown("may come from \"" + others_from + "\"");
}

Module readModule(std::string_view source) { return Reader().read(source); }

}  // namespace application::python
