#include "lib/config/read.hpp"

namespace config {
namespace {

void checkSystem(Table& table, const DowntimeSettings& downtime) {
  if (downtime.system == "command") {
    table.require("place", "place = [\"/usr/local/bin/quiet\", \"{mark}\", \"{minutes}\"]");
    table.require("list", "list = [\"/usr/local/bin/quiet\", \"--list\", \"{mark}\"]");
    table.require("remove", "remove = [\"/usr/local/bin/quiet\", \"--remove\", \"{id}\"]");
    for (const auto& [key, argv] :
         {std::pair{"place", &downtime.place}, std::pair{"list", &downtime.list},
          std::pair{"remove", &downtime.remove}}) {
      if (!table.has(key) || (!argv->empty() && argv->front().starts_with('/'))) continue;
      table.complain(key, "begins with a program that is no whole path");
    }
    return;
  }
  table.require("url", "url = \"https://monitoring.example:5665\"");
  if (downtime.system == "icinga2") table.require("hosts", "hosts = [\"netbox1.example\"]");
  if (downtime.system == "alertmanager") {
    table.require("matchers", "matchers = { instance = \"netbox1:9100\" }");
  }
}

}  // namespace

DowntimeSettings readDowntime(Table& table) {
  DowntimeSettings downtime;
  table.require("system", "system = \"icinga2\"");
  downtime.system = table.word("system", {"icinga2", "alertmanager", "command"}, {});
  downtime.url = table.text("url");
  downtime.user = table.text("user");
  downtime.password = readPassword(table, "");
  downtime.hosts = table.texts("hosts");
  downtime.matchers = table.textTable("matchers");
  downtime.place = table.texts("place");
  downtime.list = table.texts("list");
  downtime.remove = table.texts("remove");
  downtime.minutes = table.number("minutes", 30, 1, 24 * 60);
  if (downtime.password.from == PasswordReference::From::application) {
    table.complain("password", "can't be the application's here");
  }
  checkSystem(table, downtime);
  table.finish();
  return downtime;
}

}  // namespace config
