#pragma once

#include "lib/migrations/tree.hpp"

/// Code of made-up applications, put together by hand.
struct SampleCode : migrations::Code {
  SampleCode() {
    root = "/opt/netbox";
    environment = true;
  }
  migrations::Migration& add(const std::string& app_label, const std::string& name,
                             std::vector<migrations::Key> dependencies = {},
                             std::vector<migrations::Key> replaces = {}) {
    if (app(app_label) == nullptr) apps.push_back({app_label, app_label, "/x", true});
    migrations::Migration one{{app_label, name}};
    one.dependencies = std::move(dependencies);
    one.replaces = std::move(replaces);
    migrations.push_back(std::move(one));
    return migrations.back();
  }
};

inline std::string words(const std::vector<migrations::Key>& keys) {
  std::string all;
  for (const auto& key : keys) all += (all.empty() ? "" : " ") + key.inWords();
  return all;
}
