#include "lib/config/outside.hpp"

#include "lib/config/read.hpp"
#include "lib/config/table_file.hpp"

namespace config {
namespace {

Outside readApi(Table& table) {
  Outside api;
  api.url = table.text("url");
  while (api.url.ends_with('/')) api.url.pop_back();
  const bool known = api.url.starts_with("http://") || api.url.starts_with("https://");
  if (!api.url.empty() && !known) table.complain("url", "must begin with http:// or https://");
  api.token = readPassword(table, "", "token");
  api.user = table.text("user");
  api.password = readPassword(table, "", "password");
  table.finish();
  return api;
}

}  // namespace

Outside readOutside(Table& instance) {
  Outside outside;
  if (auto api = instance.table("api")) outside = readApi(*api);
  outside.parameters = instance.textTable("parameters");
  return outside;
}

Outside readOutside(const std::string& text, const std::string& file, const std::string& instance) {
  TableFile document(text, file);
  Table top = document.top();
  Outside outside;
  if (auto instances = top.table("instance")) {
    if (auto one = instances->table(instance)) outside = readOutside(*one);
  }
  document.raise();
  return outside;
}

}  // namespace config
