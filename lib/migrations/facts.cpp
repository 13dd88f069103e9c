#include "lib/migrations/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/migrations/embedded.hpp"
#include "lib/migrations/release_number.hpp"

namespace migrations {
namespace {

std::vector<std::string_view> cut(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

[[noreturn]] void refuse(std::string_view what) {
  throw core::Error(core::Kind::corrupt,
                    fmt::format("the table of releases has \"{}\"", what.substr(0, 60)));
}

int number(std::string_view text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0) refuse(text);
  return value;
}

/// "3-7,9"
std::vector<int> numbers(std::string_view text) {
  std::vector<int> all;
  if (text.empty()) return all;
  for (const std::string_view part : cut(text, ',')) {
    const auto dash = part.find('-');
    const int first = number(part.substr(0, dash));
    const int last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (last - first > 100000) refuse(part);
    for (int one = first; one <= last; ++one) all.push_back(one);
  }
  return all;
}

template <typename T>
const T& item(const std::vector<T>& list, int place) {
  if (static_cast<std::size_t>(place) >= list.size()) refuse(std::to_string(place));
  return list[static_cast<std::size_t>(place)];
}

std::vector<Key> keysOf(const Names& names, const std::vector<int>& ids) {
  std::vector<Key> keys;
  for (const int id : ids) keys.push_back(names.key(id));
  return keys;
}

}  // namespace

const Facts& Facts::of(config::Product product) {
  static const Facts kNetbox(embedded("netbox.facts"));
  if (product == config::Product::netbox) return kNetbox;
  static const Facts kNautobot(embedded("nautobot.facts"));
  return kNautobot;
}

Facts::Facts(std::string_view table) {
  while (!table.empty()) {
    const auto feed = std::min(table.find('\n'), table.size());
    if (feed > 0) readLine(table.substr(0, feed));
    table.remove_prefix(std::min(feed + 1, table.size()));
  }
  sortReleases();
}

void Facts::readLine(std::string_view line) {
  const auto fields = cut(line, '\t');
  if (fields[0] == "product" && fields.size() == 2) {
    product_ = fields[1] == "nautobot" ? config::Product::nautobot : config::Product::netbox;
  } else if (fields[0] == "kind" && fields.size() == 2) {
    kinds_.emplace_back(fields[1]);
  } else if (fields[0] == "name" && fields.size() == 3) {
    keys_.push_back({std::string(fields[1]), std::string(fields[2])});
  } else if (fields[0] == "def" && fields.size() == 7) {
    readDefinition(fields);
  } else if (fields[0] == "rel" && fields.size() == 6) {
    readRelease(fields);
  } else {
    refuse(line);
  }
}

void Facts::readDefinition(const std::vector<std::string_view>& fields) {
  if (definitions_.empty()) {
    if (!std::is_sorted(keys_.begin(), keys_.end())) refuse("names in no order");
    names_ = Names(std::move(keys_));
  }
  Definition one{{number(fields[1]), numbers(fields[3]), numbers(fields[4]), numbers(fields[5])},
                 fields[2] == "1",
                 fields[6]};
  const auto known = [&](int id) { return id < names_.size(); };
  for (const auto* ids : {&one.node.dependencies, &one.node.replaces, &one.node.run_before}) {
    if (!known(one.node.id) || !std::all_of(ids->begin(), ids->end(), known)) refuse(fields[1]);
  }
  definitions_.push_back(std::move(one));
}

std::vector<Operation> Facts::readOperations(std::string_view text) const {
  std::vector<std::vector<Operation>> levels(1);
  if (text.empty()) return {};
  for (std::string_view word : cut(text, ' ')) {
    if (word == "{") {
      levels.emplace_back();
      continue;
    }
    if (word == "}") {
      if (levels.size() < 2 || levels[levels.size() - 2].empty()) refuse(text);
      auto inner = std::move(levels.back());
      levels.pop_back();
      levels.back().back().database = std::move(inner);
      continue;
    }
    Operation one;
    int times = 1;
    if (const auto star = word.find('*'); star != std::string_view::npos) {
      times = number(word.substr(star + 1));
      word = word.substr(0, star);
    }
    if (const auto equals = word.find('='); equals != std::string_view::npos) {
      one.touches.emplace();
      const std::string_view models = word.substr(equals + 1);
      if (!models.empty()) {
        for (const std::string_view model : cut(models, '+')) one.touches->emplace_back(model);
      }
      word = word.substr(0, equals);
    }
    if (word.ends_with("~")) {
      one.elidable = true;
      word.remove_suffix(1);
    }
    const auto parts = cut(word, ':');
    one.kind = item(kinds_, number(parts[0]));
    if (parts.size() > 1) one.model = parts[1];
    if (parts.size() > 2) one.object = parts[2];
    if (parts.size() > 3) one.table = parts[3];
    if (times < 1 || times > 10000) refuse(word);
    for (int i = 0; i < times; ++i) levels.back().push_back(one);
  }
  if (levels.size() != 1) refuse(text);
  return std::move(levels.front());
}

void Facts::readRelease(const std::vector<std::string_view>& fields) {
  Release release;
  release.number = fields[1];
  release.django = fields[2];
  release.user_model = fields[3];
  if (!releases_.empty()) release.definitions = releases_.back().definitions;
  const auto gone = numbers(fields[5]);
  std::erase_if(release.definitions,
                [&](int one) { return std::find(gone.begin(), gone.end(), one) != gone.end(); });
  for (const int one : numbers(fields[4])) {
    item(definitions_, one);
    release.definitions.push_back(one);
  }
  release.set = releases_.size();
  if (!releases_.empty() && fields[4].empty() && fields[5].empty()) {
    release.set = releases_.back().set;
  }
  releases_.push_back(std::move(release));
}

/// Definitions in the order of their names, and when each name came and went.
void Facts::sortReleases() {
  lifetimes_.resize(static_cast<std::size_t>(names_.size()));
  for (std::size_t i = 0; i < releases_.size(); ++i) {
    auto& definitions = releases_[i].definitions;
    std::sort(definitions.begin(), definitions.end(),
              [&](int a, int b) { return node(a).id < node(b).id; });
    for (const int one : definitions) {
      auto& life = lifetimes_[static_cast<std::size_t>(node(one).id)];
      life = {life ? life->first : i, i};
    }
  }
}

std::optional<std::size_t> Facts::find(std::string_view wanted) const {
  const ReleaseNumber number(wanted);
  if (!number.valid()) return std::nullopt;
  // The last of equal ones ("1.2", "1.2.0") is the full release.
  for (std::size_t i = releases_.size(); i > 0; --i) {
    if (ReleaseNumber(releases_[i - 1].number) == number) return i - 1;
  }
  return std::nullopt;
}

std::vector<std::string> Facts::like(std::string_view wanted) const {
  std::vector<std::string> found;
  const std::string minor = ReleaseNumber(wanted).minor();
  for (std::size_t i = releases_.size(); i > 0 && found.size() < 3; --i) {
    if (ReleaseNumber(releases_[i - 1].number).minor() == minor) {
      found.push_back(releases_[i - 1].number);
    }
  }
  if (found.empty()) found.push_back(releases_.back().number);
  return found;
}

Code Facts::code(std::size_t place) const {
  const Release& release = releases_.at(place);
  Code code;
  code.product = product_;
  code.root = fmt::format("{} {}", config::productName(product_), release.number);
  code.version = release.number;
  code.release = true;
  code.django = release.django;
  if (!release.user_model.empty()) code.user_model = release.user_model;
  for (const int one : release.definitions) {
    Migration migration = definition(one);
    if (code.apps.empty() || code.apps.back().label != migration.key.app) {
      code.apps.push_back({migration.key.app, migration.key.app, {}, true});
    }
    code.migrations.push_back(std::move(migration));
  }
  return code;
}

CodeNodes Facts::nodes(std::size_t place) const {
  const Release& release = releases_.at(place);
  CodeNodes code{&names_, {}, {}, -1, false, rulesOf(release.django)};
  code.installed.resize(static_cast<std::size_t>(names_.appCount()));
  for (const int one : release.definitions) {
    code.nodes.push_back(&node(one));
    code.installed[static_cast<std::size_t>(names_.app(node(one).id))] = 1;
  }
  const std::string model = release.user_model.empty() ? "auth.User" : release.user_model;
  code.user_app = names_.findApp(model.substr(0, model.find('.')));
  return code;
}

Migration Facts::definition(int number) const {
  const Definition& one = definitions_.at(static_cast<std::size_t>(number));
  Migration migration{names_.key(one.node.id)};
  migration.atomic = one.atomic;
  migration.dependencies = keysOf(names_, one.node.dependencies);
  migration.replaces = keysOf(names_, one.node.replaces);
  migration.run_before = keysOf(names_, one.node.run_before);
  migration.operations = readOperations(one.operations);
  return migration;
}

std::optional<std::pair<std::size_t, std::size_t>> Facts::lifetime(const Key& key) const {
  const int id = names_.find(key);
  if (id < 0) return std::nullopt;
  return lifetimes_[static_cast<std::size_t>(id)];
}

}  // namespace migrations
