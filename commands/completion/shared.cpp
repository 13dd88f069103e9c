#include "commands/completion/shared.hpp"

#include "commands/globals.hpp"
#include "commands/help.hpp"

namespace commands::completion {
namespace {

/// Parameters without the functions that refer to storage that is gone.
std::vector<Parameter> described(const Syntax& syntax) {
  std::vector<Parameter> parameters = syntax.parameters();
  for (Parameter& parameter : parameters) parameter.set = nullptr;
  return parameters;
}

Parameter helpFlag() {
  return {{"-h", "--help"}, "", "help for what was named", {}, {}, {}, {}, {}};
}

}  // namespace

Tree tree(const std::vector<Noun>& nouns) {
  Tree made;
  Globals storage;
  Syntax globals;
  bindGlobals(globals, storage);
  made.globals = described(globals);
  made.globals.push_back(helpFlag());
  made.nouns = nouns;
  for (const Noun& noun : nouns) {
    for (const Verb& verb : noun.verbs) {
      Syntax syntax;
      const auto run = verb.bind(syntax);
      made.commands.push_back({noun.name, verb.name, verb.summary, described(syntax)});
    }
  }
  return made;
}

void bindNothing(Arguments&, NoOptions&) {}

int printScript(Context& context, const std::string& shell, const std::string& script) {
  context.out().result({{"shell", shell}, {"script", script}}, script);
  return 0;
}

ValueKind valueKind(const Parameter& parameter) {
  if (!parameter.words.empty()) return ValueKind::words;
  const auto ends = [&](const char* end) { return parameter.value.ends_with(end); };
  if (ends("FILE") || ends("DIR") || ends("FOLDER")) return ValueKind::files;
  return ValueKind::none;
}

std::string inQuotes(const std::string& text) {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'') {
      made += "'\\''";
    } else {
      made += c;
    }
  }
  return made + "'";
}

}  // namespace commands::completion
