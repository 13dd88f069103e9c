#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/snapshot.hpp"
#include "lib/validation/api.hpp"

namespace snapshot {
namespace {

using validation::Api;

/// "/api/dcim/" out of "https://host/base/api/dcim/": addresses differ between instances.
std::string pathOf(const std::string& url) {
  const auto at = url.find("/api/");
  return at == std::string::npos ? url : url.substr(at);
}

/// Addresses of all lists that the API names, by path.
std::vector<std::string> listsOf(Api& api) {
  std::vector<std::string> paths;
  const core::Json root = api.get("/api/");
  for (const auto& [name, url] : root.items()) {
    if (!url.is_string() || name == "status") continue;
    core::Json inner;
    try {
      inner = api.get(pathOf(url.get<std::string>()));
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::failed_check && error.kind() != core::Kind::denied) throw;
      continue;  // plugins put other things there
    }
    if (!inner.is_object()) continue;
    for (const auto& [ignored, list] : inner.items()) {
      if (list.is_string()) paths.push_back(pathOf(list.get<std::string>()));
    }
  }
  return paths;
}

/// How many objects a list has, and which fields one of them.
core::Json lookAt(Api& api, const std::string& path) {
  const core::Json page = api.get(path + "?limit=1");
  if (!page.is_object() || !page.contains("count")) {
    throw core::Error(core::Kind::undetermined, "it is no list of objects");
  }
  core::Json one{{"count", page["count"]}};
  if (page.contains("results") && !page["results"].empty() && page["results"][0].is_object()) {
    one["fields"] = core::Json::array();
    for (const auto& [field, ignored] : page["results"][0].items()) one["fields"].push_back(field);
  }
  return one;
}

/// Fields of each type, by introspection (GraphQL specification, October 2021, section 4).
core::Json graphqlOf(Api& api) {
  const auto response =
      api.send("POST", "/graphql/",
               {"application/json", R"({"query":"{__schema{types{name fields{name}}}}"})"}, false);
  const core::Json json = core::Json::parse(response.body, nullptr, false);
  if (response.status != 200 || !json.is_object() || !json.contains("data") ||
      !json["data"].is_object()) {
    throw core::Error(core::Kind::undetermined, "GraphQL: " + validation::statusInWords(response));
  }
  core::Json types = core::Json::object();
  for (const core::Json& type : json["data"]["__schema"]["types"]) {
    const std::string name = type.value("name", "");
    if (name.starts_with("__") || !type["fields"].is_array()) continue;
    types[name] = core::Json::array();
    for (const core::Json& field : type["fields"]) types[name].push_back(field.value("name", ""));
  }
  return types;
}

/// Words of a trace: what it goes through, by name.
void flatten(const core::Json& json, std::vector<std::string>& words) {
  if (json.is_array()) {
    for (const core::Json& one : json) flatten(one, words);
  } else if (json.is_object()) {
    std::string word = json.value("display", json.value("name", json.value("label", "")));
    if (json.contains("device") && json["device"].is_object()) {
      word = json["device"].value("name", "") + " " + word;
    }
    if (!word.empty()) words.push_back(word);
  }
}

core::Json tracesOf(Api& api, int count) {
  core::Json traces = core::Json::object();
  const core::Json page = api.get(fmt::format("/api/dcim/interfaces/?cabled=true&limit={}", count));
  for (const core::Json& port : page.value("results", core::Json::array())) {
    const core::Json& key = port.at("id");
    const std::string id = key.is_string() ? key.get<std::string>() : key.dump();
    std::vector<std::string> words;
    flatten(api.get(fmt::format("/api/dcim/interfaces/{}/trace/", id)), words);
    traces[id] = words;
  }
  return traces;
}

}  // namespace

void takeApi(ports::World& world, const config::Instance& instance, const config::Outside& outside,
             const Wanted& wanted, core::Json& parts) {
  const validation::Site site{world, instance, outside, {}};
  takePart(parts, "api", [&] {
    Api api(site, checks::Arguments(core::Json::object()));
    core::Json lists = core::Json::object();
    for (const std::string& path : listsOf(api)) {
      takePart(lists, path, [&] { return lookAt(api, path); });
    }
    return lists;
  });
  takePart(parts, "graphql", [&] {
    Api api(site, checks::Arguments(core::Json::object()));
    return graphqlOf(api);
  });
  takePart(parts, "traces", [&] {
    Api api(site, checks::Arguments(core::Json::object()));
    return tracesOf(api, wanted.samples);
  });
}

}  // namespace snapshot
