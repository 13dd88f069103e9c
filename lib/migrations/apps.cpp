#include "lib/migrations/apps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/application/python/module.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/source_module.hpp"

namespace migrations {
namespace {

using Tokens = std::vector<Token>;

template <typename Take>
void eachLine(const Tokens& tokens, Take take) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::end_of_line) continue;
    if (i > first) take(Line(tokens.data() + first, i - first));
    first = i + 1;
  }
}

void addEntry(std::vector<AppEntry>& entries, const Token& text, bool perhaps, bool removes) {
  const auto same = std::find_if(entries.begin(), entries.end(),
                                 [&](const AppEntry& one) { return one.name == text.text; });
  if (removes) {
    if (same != entries.end() && perhaps) same->perhaps = true;
    if (same != entries.end() && !perhaps) entries.erase(same);
  } else if (same == entries.end()) {
    entries.push_back({text.text, false, perhaps});
  }
}

/// A class of a module that describes an application.
struct ConfigClass {
  std::string name;
  std::string app;    // its attribute `name`
  std::string label;  // its attribute `label`
  std::vector<std::string> brings;
};

std::vector<ConfigClass> configClasses(const std::string& source) {
  std::vector<ConfigClass> classes;
  bool inside = false;
  eachLine(application::python::tokenize(source), [&](Line line) {
    if (line[0].indent == 0) inside = line[0].isName("class") && line.size() > 2;
    if (!inside) return;
    if (line[0].indent == 0) {
      classes.push_back({line[1].text, {}, {}, {}});
      return;
    }
    if (line.size() < 3 || !line[1].is("=")) return;
    const bool text = line[2].kind == Token::Kind::text && line.size() == 3 && !line[2].opaque;
    if (line[0].isName("name") && text) classes.back().app = line[2].text;
    if (line[0].isName("label") && text) classes.back().label = line[2].text;
    if (!line[0].isName("django_apps")) return;
    for (const Token& token : line.subspan(2)) {
      if (token.kind == Token::Kind::text) classes.back().brings.push_back(token.text);
    }
  });
  return classes;
}

std::optional<std::string> folderAt(ports::Files& files, const std::string& path) {
  const auto resolved = files.resolve(path);
  if (!resolved) return std::nullopt;
  const auto info = files.info(*resolved);
  if (!info || info->type != ports::FileType::folder) return std::nullopt;
  return resolved;
}

bool isFile(ports::Files& files, const std::string& path) {
  const auto resolved = files.resolve(path);
  const auto info = resolved ? files.info(*resolved) : std::nullopt;
  return info && info->type == ports::FileType::file;
}

/// The class that describes the application: the named one, or the only one that fits.
std::optional<ConfigClass> configOf(ports::Files& files, const std::string& folder,
                                    const std::string& package, const std::string& wanted) {
  for (const char* file : {"/apps.py", "/__init__.py"}) {
    if (!isFile(files, folder + file)) continue;
    try {
      for (ConfigClass& one : configClasses(files.read(folder + file))) {
        if (wanted.empty() ? one.app == package : one.name == wanted) return std::move(one);
      }
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::corrupt) throw;  // then the label is the folder's name
    }
  }
  return std::nullopt;
}

}  // namespace

SettingsApps readSettingsApps(const std::string& source, const std::string& path) {
  SettingsApps found{{}, "auth.User"};
  try {
    const Tokens tokens = application::python::tokenize(source);
    eachLine(tokens, [&](Line line) {
      if (line.size() < 3) return;
      if (line[0].isName("AUTH_USER_MODEL") && line[1].is("=") &&
          line[2].kind == Token::Kind::text) {
        found.user_model = line[2].text;
      }
      if (!line[0].isName("INSTALLED_APPS")) return;
      const bool removes = line[1].is(".") && line[2].isName("remove");
      for (const Token& token : line.subspan(1)) {
        if (token.kind != Token::Kind::text || token.opaque) continue;
        addEntry(found.entries, token, line[0].indent > 0, removes);
      }
    });
  } catch (const core::Error& error) {
    throw core::Error(error.kind(), path + ": " + error.what(), error.hint());
  }
  return found;
}

std::vector<AppEntry> readPlugins(const std::string& source, const std::string& path,
                                  std::vector<Doubt>& doubts) {
  std::vector<AppEntry> plugins;
  const auto value = application::python::readModule(source).find("PLUGINS");
  if (!value) return plugins;
  if (value->kind != application::python::Value::Kind::list) {
    doubts.push_back({path, 0, "PLUGINS " + value->text + ": its plugins are not known"});
    return plugins;
  }
  for (const auto& item : value->items) {
    if (item.isText()) {
      plugins.push_back({item.text, true, false});
    } else {
      doubts.push_back({path, 0, "one of PLUGINS " + item.text});
    }
  }
  return plugins;
}

std::optional<AppPlace> findApp(ports::Files& files, const std::vector<std::string>& paths,
                                const std::string& entry) {
  const auto parts = core::split(entry, '.');
  if (std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
        return part.empty() || part.find('/') != std::string::npos;
      })) {
    return std::nullopt;
  }
  for (std::size_t used = parts.size(); used > 0; --used) {
    const std::vector<std::string> front(parts.begin(),
                                         parts.begin() + static_cast<std::ptrdiff_t>(used));
    for (const std::string& path : paths) {
      const auto folder = folderAt(files, path + "/" + core::join(front, "/"));
      if (!folder) continue;
      const std::string package = core::join(front, ".");
      const std::string wanted = used == parts.size() ? "" : parts.back();
      const auto config = configOf(files, *folder, package, wanted);
      if (!wanted.empty() && !config) return std::nullopt;
      const bool elsewhere = config && !config->app.empty() && config->app != package;
      if (elsewhere && config->app != entry) {
        auto inner = findApp(files, paths, config->app);
        if (inner && !config->label.empty()) inner->label = config->label;
        return inner;
      }
      AppPlace place{front.back(), package, *folder, {}};
      if (config && !config->label.empty()) place.label = config->label;
      if (config) place.brings = config->brings;
      return place;
    }
  }
  return std::nullopt;
}

}  // namespace migrations
