#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/runbook/runbook.hpp"

namespace runbook {
namespace {

constexpr std::string_view kEnd = ".toml";

void refuseDistrusted(ports::World& world, const std::string& file) {
  const auto reason = config::distrust(world.files, file, world.caller.uid);
  if (!reason) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("checklist {} can't be trusted: {}", file, *reason),
                    "A checklist can name commands: nobody else may be able to change it.");
}

/// Items of `first`, then those of `second`; where both have an id, the second one's in the place
/// of the first.
void merge(Runbook& first, Runbook second) {
  for (checks::Item& item : second.items) {
    const auto same = std::find_if(first.items.begin(), first.items.end(),
                                   [&](const auto& other) { return other.id == item.id; });
    if (same == first.items.end()) {
      first.items.push_back(std::move(item));
    } else {
      *same = std::move(item);
    }
  }
  for (Parameter& parameter : second.parameters) {
    const auto same = std::find_if(first.parameters.begin(), first.parameters.end(),
                                   [&](const auto& other) { return other.name == parameter.name; });
    if (same == first.parameters.end()) {
      first.parameters.push_back(std::move(parameter));
    } else {
      *same = std::move(parameter);
    }
  }
}

}  // namespace

Shelf::Shelf(ports::World& world, std::vector<std::string> folders)
    : world_(world), folders_(std::move(folders)) {}

std::vector<std::string> Shelf::names() {
  std::set<std::string> all;
  for (const std::string& folder : folders_) {
    const auto real = world_.files.resolve(folder);
    if (!real) continue;
    for (const ports::FileInfo& entry : world_.files.list(*real)) {
      if (!entry.name.ends_with(kEnd) || entry.name.starts_with(".")) continue;
      all.insert(entry.name.substr(0, entry.name.size() - kEnd.size()));
    }
  }
  for (const std::string& name : embeddedNames()) all.insert(name);
  return {all.begin(), all.end()};
}

Runbook Shelf::one(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    const std::string file = world_.caller.absolute(name);
    refuseDistrusted(world_, file);
    std::string last = file.substr(file.rfind('/') + 1);
    if (last.ends_with(kEnd)) last.resize(last.size() - kEnd.size());
    return parse(world_.files.read(file), file, last);
  }
  for (const std::string& folder : folders_) {
    const std::string file = folder + "/" + name + std::string(kEnd);
    if (!world_.files.info(file)) continue;
    refuseDistrusted(world_, file);
    return parse(world_.files.read(file), file, name);
  }
  const std::string_view shipped = embedded(name + std::string(kEnd));
  if (!shipped.empty()) return parse(std::string(shipped), "built in: " + name, name);
  const auto all = names();
  const auto near = core::nearest(name, all);
  throw core::Error(core::Kind::not_found,
                    fmt::format("no checklist is called {}", core::printable(name)),
                    near.empty() ? "There are: " + core::join(all, ", ") + "."
                                 : "Did you mean " + core::join(near, " or ") + "?");
}

Runbook Shelf::whole(const std::string& name, std::vector<std::string>& open) {
  if (std::find(open.begin(), open.end(), name) != open.end()) {
    throw core::Error(core::Kind::configuration,
                      fmt::format("checklists include each other in a circle: {}, {}",
                                  core::join(open, ", "), name));
  }
  open.push_back(name);
  Runbook own = one(name);
  Runbook all = own;
  all.items.clear();
  all.parameters.clear();
  for (const std::string& other : own.include) merge(all, whole(other, open));
  merge(all, std::move(own));
  open.pop_back();
  return all;
}

Runbook Shelf::find(const std::string& name) {
  std::vector<std::string> open;
  return whole(name, open);
}

std::vector<Shelf::Entry> Shelf::list() {
  std::vector<Entry> entries;
  for (const std::string& name : names()) {
    Entry entry{name, {}, {}, {}};
    try {
      entry.runbook = find(name);
      entry.file = entry.runbook->file;
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      entry.problem = error.what();
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<std::string> shelfFolders(const std::vector<std::string>& given,
                                      const std::string& xdg_config_home) {
  if (!given.empty()) return given;
  std::vector<std::string> folders{"/etc/sotctl/checklists"};
  if (!xdg_config_home.empty()) folders.push_back(xdg_config_home + "/sotctl/checklists");
  return folders;
}

void keepProduct(Runbook& runbook, config::Product product) {
  const std::string other = product == config::Product::netbox ? "nautobot" : "netbox";
  std::set<std::string> gone;
  std::erase_if(runbook.items, [&](const checks::Item& item) {
    const bool is = std::find(item.tags.begin(), item.tags.end(), other) != item.tags.end();
    if (is) gone.insert(item.id);
    return is;
  });
  for (checks::Item& item : runbook.items) {
    std::erase_if(item.needs, [&](const std::string& id) { return gone.contains(id); });
  }
}

}  // namespace runbook
