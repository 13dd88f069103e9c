#include "lib/migrations/read_file.hpp"

#include <fmt/format.h>

#include <array>

#include "lib/core/error.hpp"
#include "lib/migrations/read_operation.hpp"
#include "lib/migrations/source_module.hpp"

namespace migrations {
namespace {

constexpr std::array<std::string_view, 6> kAttributes{"dependencies", "replaces", "run_before",
                                                      "operations",   "initial",  "atomic"};

bool isAttribute(std::string_view name) {
  for (const std::string_view one : kAttributes) {
    if (one == name) return true;
  }
  return false;
}

class Reading {
 public:
  Reading(std::string_view source, Migration& migration) : module_(source), migration_(migration) {}

  void run() {
    if (!module_.body()) {
      throw core::Error(core::Kind::corrupt, "has no class Migration");
    }
    for (const Line& line : *module_.body()) bodyLine(line);
    for (const Line& line : module_.afterwards()) {
      doubt(line[0].line, "class Migration is changed after its end");
    }
  }

 private:
  void doubt(unsigned line, std::string what) {
    migration_.doubts.push_back({migration_.path, line, std::move(what)});
  }

  void bodyLine(Line line) {
    const bool own = line[0].indent == module_.bodyIndent();
    if (line[0].isName("def") && line.size() > 1 && line[1].isName("__init__")) {
      doubt(line[0].line, "its __init__ may change it");
    }
    // NAME = …, NAME: type = …
    std::size_t equals = 1;
    if (line.size() > 1 && line[1].is(":")) {
      while (equals < line.size() && !line[equals].is("=")) ++equals;
    }
    if (own && line[0].kind == Token::Kind::name && equals + 1 < line.size() &&
        line[equals].is("=")) {
      if (isAttribute(line[0].text)) assign(line[0].text, line.subspan(equals + 1));
      return;
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
      // "operations += …", "operations.append(…)", an assignment under a condition.
      const bool starts = i == 0 || line[i - 1].is(":");
      if (starts && line[i].kind == Token::Kind::name && isAttribute(line[i].text)) {
        changed(line.subspan(i));
      }
    }
  }

  void changed(Line line) {
    const bool adds = line[0].indent == module_.bodyIndent() && line.size() > 2 && line[1].is("+=");
    if (adds) {
      const Expression more = readExpression(line.subspan(2), module_.resolver());
      if (more.is(Expression::Kind::list)) {
        take(line[0].text, more, false);
        return;
      }
    }
    doubt(line[0].line,
          fmt::format("its {} are changed in a way that is worked out", line[0].text));
  }

  void assign(const std::string& attribute, Line value) {
    const Expression expression = readExpression(value, module_.resolver());
    if (attribute == "dependencies") migration_.dependencies_line = value[0].line;
    if (attribute == "replaces") migration_.replaces_line = value[0].line;
    if (attribute == "initial" || attribute == "atomic") {
      flag(attribute, expression);
    } else if (expression.is(Expression::Kind::list)) {
      take(attribute, expression, true);
    } else if (!expression.isName("None")) {
      doubt(value[0].line, fmt::format("its {} are worked out", attribute));
    }
  }

  void flag(const std::string& attribute, const Expression& expression) {
    const bool yes = expression.isName("True");
    if (!yes && !expression.isName("False") && !expression.isName("None")) {
      doubt(expression.line, fmt::format("its {} is worked out", attribute));
    } else if (attribute == "atomic") {
      migration_.atomic = yes;
    } else if (!expression.isName("None")) {
      migration_.initial = yes;
    }
  }

  void take(const std::string& attribute, const Expression& list, bool fresh) {
    if (attribute == "operations") {
      const Touches touches = [&](const std::string& name) { return module_.fetched(name); };
      const Doubting doubting = [&](unsigned line, std::string what) {
        doubt(line, std::move(what));
      };
      auto read = readOperations(list, touches, doubting);
      if (fresh) migration_.operations.clear();
      for (Operation& one : read) migration_.operations.push_back(std::move(one));
      return;
    }
    auto& keys = attribute == "dependencies" ? migration_.dependencies
                 : attribute == "replaces"   ? migration_.replaces
                                             : migration_.run_before;
    if (fresh) keys.clear();
    for (const Expression& item : list.items) {
      if (auto key = readKey(item)) {
        keys.push_back(std::move(*key));
      } else {
        doubt(item.line, fmt::format("one of its {} is worked out", attribute));
      }
    }
  }

  static std::optional<Key> readKey(const Expression& item) {
    if (item.is(Expression::Kind::list) && item.items.size() == 2 &&
        item.items[0].is(Expression::Kind::text) && item.items[1].is(Expression::Kind::text)) {
      return Key{item.items[0].text, item.items[1].text};
    }
    if (!item.is(Expression::Kind::call) || item.lastName() != "swappable_dependency" ||
        item.items.size() != 1) {
      return std::nullopt;
    }
    const Expression& model = item.items[0];
    if (model.is(Expression::Kind::name) && model.text.starts_with("settings.")) {
      return Key{std::string(kSetting), std::string(model.lastName())};
    }
    if (!model.is(Expression::Kind::text)) return std::nullopt;
    return Key{model.text.substr(0, model.text.find('.')), std::string(kFirst)};
  }

  SourceModule module_;
  Migration& migration_;
};

}  // namespace

Migration readMigration(std::string_view source, Key key, const std::string& path) {
  Migration migration{std::move(key)};
  migration.path = path;
  try {
    Reading(source, migration).run();
  } catch (const core::Error& error) {
    throw core::Error(error.kind(), path + ": " + error.what(), error.hint());
  }
  return migration;
}

}  // namespace migrations
