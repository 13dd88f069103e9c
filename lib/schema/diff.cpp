#include "lib/schema/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "lib/core/text.hpp"
#include "lib/database/expression.hpp"
#include "lib/schema/spelling.hpp"

namespace schema {
namespace {

using Place = std::tuple<std::string, std::string, std::string>;

/// Facts that are data, or that are looked at otherwise.
bool isCompared(const std::string& fact) {
  return fact != "position" && fact != "last" && fact != "largest" && fact != "actual_version";
}

bool isExpression(const std::string& fact) {
  return fact == "default" || fact == "definition" || fact == "generated";
}

class Comparer {
 public:
  Comparer(const Schema& expected, const Schema& found) : expected_(expected), found_(found) {
    for (const std::string& kind : expected.kinds) {
      if (!found.kinds.contains(kind)) comparison_.not_compared.push_back(kind);
    }
    for (const std::string& kind : found.kinds) {
      if (!expected.kinds.contains(kind)) comparison_.not_compared.push_back(kind);
    }
    for (const Object& one : found.objects) there_[place(one)] = &one;
  }

  Comparison run() {
    for (const Object& one : expected_.objects) {
      if (!isKnown(one.kind)) continue;
      const auto at = there_.find(place(one));
      if (at == there_.end()) {
        missing_.push_back(&one);
        continue;
      }
      facts(one, *at->second);
      there_.erase(at);
    }
    renamed();
    // What others stand on comes first, so that the proposed statements can be run in this order.
    std::stable_sort(missing_.begin(), missing_.end(),
                     [](const Object* a, const Object* b) { return rank(*a) < rank(*b); });
    for (const Object* one : missing_) {
      if (isOfMissingTable(*one)) continue;
      Difference& difference = add(*one, "missing", one->fact("definition"), "");
      if (one->kind == "table") difference.sql = tableProposal(expected_, *one);
      if (isOfIdentity(*one)) difference.sql.clear();  // comes with its column
    }
    for (const auto& [key, one] : there_) {
      if (isKnown(one->kind) && !isOfExtraTable(*one)) {
        add(*one, "extra", "", one->fact("definition"));
      }
    }
    columnOrder();
    return std::move(comparison_);
  }

 private:
  static Place place(const Object& one) { return {one.kind, one.table, one.name}; }
  bool isKnown(const std::string& kind) const {
    return expected_.kinds.contains(kind) && found_.kinds.contains(kind);
  }

  Difference& add(const Object& object, const std::string& what, const std::string& expected,
                  const std::string& found) {
    comparison_.differences.push_back({Class::real, object, what, expected, found, {}, {}});
    comparison_.differences.back().sql = proposal(object, what);
    return comparison_.differences.back();
  }

  void facts(const Object& expected, const Object& found) {
    bool same = true;
    for (const auto& [name, value] : expected.facts) {
      const auto other = found.facts.find(name);
      if (!isCompared(name) || other == found.facts.end() || other->second == value) continue;
      same = false;
      Difference& one = add(expected, name, value, other->second);
      if (isExpression(name) &&
          database::stableExpression(value) == database::stableExpression(other->second)) {
        one.kind = Class::cosmetic;
        one.reason = "the same but for casts and brackets";
      }
    }
    if (same) ++comparison_.same;
  }

  /// The same thing under a name with another digest is cosmetic; under another name it is not, for
  /// later migrations drop and rename it by its name.
  void renamed() {
    std::vector<const Object*> left;
    for (const Object* one : missing_) {
      const auto at = std::find_if(there_.begin(), there_.end(), [&](const auto& entry) {
        const Object& other = *entry.second;
        return other.kind == one->kind && other.table == one->table && other.kind != "column" &&
               !one->fact("definition").empty() &&
               other.fact("definition") == one->fact("definition");
      });
      if (at == there_.end()) {
        left.push_back(one);
        continue;
      }
      const Object& other = *at->second;
      Difference& difference = add(*one, "renamed", one->name, other.name);
      if (withoutHash(one->name) == withoutHash(other.name)) {
        difference.kind = Class::cosmetic;
        difference.reason = "only the digest in its name differs";
      } else if (isUnique(*one) && uniqueStem(one->name) == uniqueStem(other.name)) {
        difference.kind = Class::cosmetic;
        difference.reason =
            "named by CREATE TABLE or by a later operation; Django finds it by its columns";
      }
      there_.erase(at);
    }
    missing_ = std::move(left);
  }

  static int rank(const Object& one) {
    static const std::map<std::string, int> kRanks{{"extension", 0}, {"collation", 1}, {"type", 2},
                                                   {"sequence", 3},  {"function", 4},  {"table", 5},
                                                   {"column", 6},    {"view", 7}};
    const auto found = kRanks.find(one.kind);
    return found == kRanks.end() ? 8 : found->second;
  }

  /// Whether it is the sequence of an identity column.
  bool isOfIdentity(const Object& one) const {
    const std::string& owner = one.fact("owner");
    const auto dot = owner.rfind('.');
    if (one.kind != "sequence" || dot == std::string::npos) return false;
    const Object* column = expected_.find("column", owner.substr(0, dot), owner.substr(dot + 1));
    return column != nullptr && !column->fact("identity").empty();
  }

  static bool isUnique(const Object& one) {
    return one.kind == "constraint" && one.fact("definition").starts_with("UNIQUE (");
  }

  bool isOfMissingTable(const Object& one) const {
    return !one.table.empty() && found_.find("table", "", one.table) == nullptr;
  }
  bool isOfExtraTable(const Object& one) const {
    return !one.table.empty() && expected_.find("table", "", one.table) == nullptr;
  }

  static std::map<std::string, std::vector<std::string>> columns(const Schema& schema) {
    std::map<std::string, std::map<int, std::string>> by_place;
    for (const Object& one : schema.objects) {
      if (one.kind != "column" || one.fact("position").empty()) continue;
      by_place[one.table][std::stoi(one.fact("position"))] = one.name;
    }
    std::map<std::string, std::vector<std::string>> all;
    for (const auto& [table, names] : by_place) {
      for (const auto& [position, name] : names) all[table].push_back(name);
    }
    return all;
  }

  void columnOrder() {
    const auto ours = columns(expected_);
    const auto theirs = columns(found_);
    for (const auto& [table, names] : ours) {
      const auto other = theirs.find(table);
      if (other == theirs.end()) continue;
      const auto common = [](std::vector<std::string> list, const std::vector<std::string>& with) {
        std::erase_if(list, [&](const std::string& one) {
          return std::find(with.begin(), with.end(), one) == with.end();
        });
        return core::join(list, ", ");
      };
      const std::string a = common(names, other->second);
      const std::string b = common(other->second, names);
      if (a == b) continue;
      comparison_.differences.push_back({Class::cosmetic,
                                         {"table", "", table, {}},
                                         "order of columns",
                                         a,
                                         b,
                                         "columns are asked for by name",
                                         {}});
    }
  }

  const Schema& expected_;
  const Schema& found_;
  std::map<Place, const Object*> there_;
  std::vector<const Object*> missing_;
  Comparison comparison_;
};

}  // namespace

const char* className(Class one) {
  switch (one) {
    case Class::cosmetic:
      return "cosmetic";
    case Class::ignored:
      return "ignored";
    case Class::real:
      return "real";
  }
  return "";
}

std::string Difference::inWords() const {
  if (what == "missing" || what == "extra") return fmt::format("{}: {}", object.inWords(), what);
  return fmt::format("{}: {} is \"{}\", expected \"{}\"", object.inWords(), what, found, expected);
}

std::size_t Comparison::count(Class kind) const {
  return static_cast<std::size_t>(
      std::count_if(differences.begin(), differences.end(),
                    [&](const Difference& one) { return one.kind == kind; }));
}

Comparison compare(const Schema& expected, const Schema& found) {
  return Comparer(expected, found).run();
}

}  // namespace schema
