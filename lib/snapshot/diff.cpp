#include "lib/snapshot/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "lib/config/table_file.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/schema/diff.hpp"

namespace snapshot {
namespace {

std::string plain(const core::Json& value) {
  if (value.is_null()) return "nothing";
  return core::printable(value.is_string() ? value.get<std::string>() : value.dump())
      .substr(0, 120);
}

bool unknown(const core::Json& part) { return part.is_object() && part.contains("unknown"); }

/// One part of both, and where to tell of it.
class Part {
 public:
  Part(const Snapshot& earlier, const Snapshot& later, const char* name, Diff& diff)
      : name_(name), diff_(diff) {
    there_ = true;
    for (const auto* one : {&earlier, &later}) {
      if (!one->parts.contains(name)) {
        there_ = false;
      } else if (unknown(one->parts.at(name))) {
        diff.unknown.push_back(
            fmt::format("{} of {}: {}", name, one->id, plain(one->parts.at(name).at("unknown"))));
        there_ = false;
      }
    }
    if (!there_) return;
    a_ = &earlier.parts.at(name);
    b_ = &later.parts.at(name);
  }
  explicit operator bool() const { return there_; }
  const core::Json& a() const { return *a_; }
  const core::Json& b() const { return *b_; }
  void say(std::string words, bool grave = false) {
    diff_.differences.push_back({name_, std::move(words), grave, {}});
  }

  /// Each key of two objects: `changed` for those of both whose values differ.
  void eachKey(
      const std::function<void(const std::string&, const core::Json&, const core::Json&)>& changed,
      const std::string& gone = "is gone", const std::string& fresh = "is new") {
    for (const auto& [key, value] : a().items()) {
      if (!b().contains(key)) {
        say(fmt::format("{} {}", core::printable(key), gone), true);
      } else if (b().at(key) != value) {
        changed(key, value, b().at(key));
      }
    }
    for (const auto& [key, value] : b().items()) {
      if (!a().contains(key)) say(fmt::format("{} {}", core::printable(key), fresh));
    }
  }

  /// Each word of two lists.
  void eachWord(const std::string& what) {
    for (const core::Json& word : a()) {
      if (std::find(b().begin(), b().end(), word) == b().end())
        say(what + " " + plain(word) + " is gone", true);
    }
    for (const core::Json& word : b()) {
      if (std::find(a().begin(), a().end(), word) == a().end())
        say(what + " " + plain(word) + " is new");
    }
  }

 private:
  std::string name_;
  Diff& diff_;
  bool there_ = false;
  const core::Json* a_ = nullptr;
  const core::Json* b_ = nullptr;
};

void compareValues(Part part) {
  if (!part) return;
  part.eachKey([&](const std::string& key, const core::Json& a, const core::Json& b) {
    part.say(fmt::format("{}: {}, then {}", core::printable(key), plain(a), plain(b)));
  });
}

void compareRows(Part part) {
  if (!part) return;
  part.eachKey(
      [&](const std::string& key, const core::Json& a, const core::Json& b) {
        if (!a.is_number() || !b.is_number()) return;
        const auto change = b.get<std::int64_t>() - a.get<std::int64_t>();
        part.say(fmt::format("{}: {}, then {} ({:+})", key,
                             core::plural(a.get<std::int64_t>(), "row", "rows"),
                             core::formatCount(b.get<std::int64_t>()), change),
                 change < 0 && b.get<std::int64_t>() == 0);
      },
      "is a table that is gone", "is a new table");
}

/// Fields that one list has and the other has no more.
std::vector<std::string> lost(const core::Json& a, const core::Json& b) {
  std::vector<std::string> fields;
  for (const core::Json& field : a) {
    if (std::find(b.begin(), b.end(), field) == b.end()) fields.push_back(plain(field));
  }
  return fields;
}

void compareApi(Part part) {
  if (!part) return;
  part.eachKey(
      [&](const std::string& path, const core::Json& a, const core::Json& b) {
        if (unknown(a) || unknown(b)) {
          part.say(
              fmt::format("{}: {}, then {}", path, unknown(a) ? plain(a["unknown"]) : "answered",
                          unknown(b) ? plain(b["unknown"]) : "answered"),
              unknown(b));
          return;
        }
        if (a.value("count", 0) != b.value("count", 0)) {
          part.say(fmt::format("{}: {}, then {}", path,
                               core::plural(a.value("count", 0), "object", "objects"),
                               core::formatCount(b.value("count", 0))));
        }
        if (!a.contains("fields") || !b.contains("fields")) return;
        for (const auto& field : lost(a["fields"], b["fields"])) {
          part.say(fmt::format("{}: field {} is gone", path, field), true);
        }
        for (const auto& field : lost(b["fields"], a["fields"])) {
          part.say(fmt::format("{}: field {} is new", path, field));
        }
      },
      "is a list that is gone", "is a new list");
}

void compareGraphql(Part part) {
  if (!part) return;
  part.eachKey(
      [&](const std::string& type, const core::Json& a, const core::Json& b) {
        for (const auto& field : lost(a, b))
          part.say(fmt::format("{}.{} is gone", type, field), true);
        for (const auto& field : lost(b, a)) part.say(fmt::format("{}.{} is new", type, field));
      },
      "is a type that is gone", "is a new type");
}

void compareSamples(Part part) {
  if (!part) return;
  for (const auto& [table, objects] : part.a().items()) {
    if (!part.b().contains(table)) continue;
    for (const auto& [id, before] : objects.items()) {
      const auto& there = part.b().at(table);
      const std::string name = fmt::format(
          "{} {} ({})", table, id,
          before.is_object() ? plain(before.value("name", before.value("address", core::Json(""))))
                             : "");
      if (!there.contains(id)) continue;  // another choice, or gone: rows tell how many
      const core::Json& after = there.at(id);
      for (const auto& [field, value] : before.items()) {
        if (!after.contains(field)) {
          part.say(fmt::format("{}: column {} is gone", name, field), !value.is_null());
        } else if (after.at(field) != value) {
          part.say(fmt::format("{}: {} was {}, now {}", name, field, plain(value),
                               plain(after.at(field))));
        }
      }
    }
  }
}

void compareTraces(Part part) {
  if (!part) return;
  for (const auto& [id, before] : part.a().items()) {
    if (!part.b().contains(id) || part.b().at(id) == before) continue;
    part.say(fmt::format("trace of interface {}: {}, then {}", id, plain(before),
                         plain(part.b().at(id))),
             true);
  }
}

void compareCsv(Part part) {
  if (!part) return;
  for (const auto& [table, before] : part.a().items()) {
    if (!part.b().contains(table) || unknown(before) || unknown(part.b().at(table))) continue;
    const core::Json& after = part.b().at(table);
    std::vector<std::string> columns;
    for (const auto& [column, count] : before.at("columns").items()) {
      columns.push_back(column);
      const core::Json& there = after.at("columns");
      if (!there.contains(column)) {
        part.say(fmt::format("{}: column {} is lost ({} had a value)", table, column,
                             core::plural(count.get<int>(), "row", "rows")),
                 count.get<int>() > 0);
      } else if (count.get<int>() > 0 && there.at(column).get<int>() == 0) {
        part.say(fmt::format("{}: column {} is empty now", table, column), true);
      }
    }
    std::int64_t gone = 0;
    std::int64_t changed = 0;
    std::int64_t fresh = 0;
    for (const auto& [key, row] : before.at("rows").items()) {
      if (!after.at("rows").contains(key)) {
        ++gone;
      } else if (after.at("rows").at(key) != row) {
        ++changed;
      }
    }
    for (const auto& [key, row] : after.at("rows").items())
      fresh += before.at("rows").contains(key) ? 0 : 1;
    if (gone + changed + fresh == 0) continue;
    part.say(
        fmt::format("{}: {} gone, {} changed, {} new", table, core::plural(gone, "row", "rows"),
                    core::formatCount(changed), core::formatCount(fresh)),
        gone > 0);
  }
}

void compareSchema(Part part) {
  if (!part) return;
  const auto comparison = schema::compare(schema::fromJson(part.a(), "the earlier snapshot"),
                                          schema::fromJson(part.b(), "the later snapshot"));
  for (const auto& one : comparison.differences) {
    if (one.kind == schema::Class::real)
      part.say(core::printable(one.inWords()), one.what == "missing");
  }
}

}  // namespace

std::vector<Expected> readExpected(const std::string& text, const std::string& file) {
  config::TableFile document(text, file);
  config::Table top = document.top();
  std::vector<Expected> all;
  for (config::Table& table : top.tables("expected")) {
    Expected one;
    table.require("text", "text = \"dcim_device: \"");
    table.require("reason", "reason = \"the new site, ticket 12\"");
    one.text = table.text("text");
    one.reason = table.text("reason");
    one.part = table.text("part");
    if (one.text.empty() && one.part.empty())
      table.complain("text", "is empty: it would expect everything");
    const std::string until = table.text("until");
    if (!until.empty()) {
      one.until = core::parseUtc(until + "T23:59:59Z");
      if (!one.until) table.complain("until", "must be a day: \"2027-01-31\"");
    }
    table.finish();
    all.push_back(std::move(one));
  }
  top.finish();
  document.raise();
  return all;
}

Diff compare(const Snapshot& earlier, const Snapshot& later) {
  Diff diff;
  const auto part = [&](const char* name) { return Part(earlier, later, name, diff); };
  compareValues(part("versions"));
  if (Part plugins = part("plugins")) plugins.eachWord("plugin");
  compareRows(part("rows"));
  if (Part migrations = part("migrations")) migrations.eachWord("migration");
  compareSchema(part("schema"));
  if (earlier.instance == later.instance) {
    compareValues(part("settings"));
    compareValues(part("permissions"));
    compareValues(part("services"));
  }
  compareValues(part("reports"));
  compareSamples(part("samples"));
  compareTraces(part("traces"));
  compareApi(part("api"));
  compareGraphql(part("graphql"));
  compareCsv(part("csv"));
  return diff;
}

void setApart(Diff& diff, const std::vector<Expected>& expected, core::Time now) {
  for (Difference& one : diff.differences) {
    for (const Expected& meant : expected) {
      const bool fits = (meant.part.empty() || meant.part == one.part) &&
                        one.words.find(meant.text) != std::string::npos;
      if (!fits || (meant.until && now > *meant.until)) continue;
      one.expected = meant.reason;
      break;
    }
  }
}

}  // namespace snapshot
