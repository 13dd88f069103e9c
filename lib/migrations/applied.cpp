#include "lib/migrations/applied.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/archive.hpp"
#include "lib/dump/table_text.hpp"

namespace migrations {
namespace {

constexpr std::string_view kTable = "django_migrations";
constexpr std::size_t kLongestLine = 4096;  // an app has at most 255 characters, and so has a name

using Fields = std::vector<std::optional<std::string>>;

[[noreturn]] void notThere(const std::string& from) {
  throw core::Error(core::Kind::not_found, from + " has no table django_migrations",
                    "It is not the database of a Django application.");
}

std::optional<std::int64_t> numberIn(const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

/// Takes rows and puts them in order.
class Collector {
 public:
  explicit Collector(std::string from) { applied_.from = std::move(from); }

  /// `columns` empty: as Django makes the table.
  void add(const std::vector<std::string>& columns, const Fields& fields,
           const std::string& where) {
    static const std::vector<std::string> kUsual{"id", "app", "name", "applied"};
    const auto& names = columns.empty() ? kUsual : columns;
    AppliedRow row;
    for (std::size_t i = 0; i < std::min(names.size(), fields.size()); ++i) {
      const std::string value = fields[i].value_or("");
      if (names[i] == "id") row.id = numberIn(value);
      if (names[i] == "app") row.key.app = value;
      if (names[i] == "name") row.key.name = value;
      if (names[i] == "applied") row.when = value;
    }
    if (names.size() != fields.size() || row.key.app.empty() || row.key.name.empty()) {
      throw core::Error(core::Kind::corrupt, where + " is no row of django_migrations");
    }
    applied_.rows.push_back(std::move(row));
  }

  Applied take() {
    const bool all = std::all_of(applied_.rows.begin(), applied_.rows.end(),
                                 [](const AppliedRow& row) { return row.id.has_value(); });
    if (all) {
      std::stable_sort(applied_.rows.begin(), applied_.rows.end(),
                       [](const AppliedRow& a, const AppliedRow& b) { return *a.id < *b.id; });
    }
    return std::move(applied_);
  }

 private:
  Applied applied_;
};

std::string lineOf(const std::string& path, std::size_t line) {
  return fmt::format("{}:{}", path, line);
}

/// Rows up to "\.", which has to come.
void takeCopy(dump::LineReader& lines, const std::vector<std::string>& columns,
              const std::string& path, std::size_t& number, Collector& collector) {
  while (auto line = lines.next()) {
    ++number;
    if (*line == "\\.") return;
    collector.add(columns, dump::copyFields(*line), lineOf(path, number));
  }
  throw core::Error(core::Kind::corrupt,
                    path + " ends within the rows of django_migrations; it was cut");
}

Applied fromArchive(ports::Files& files, const std::string& folder) {
  const auto source = files.open(folder + "/toc.dat");
  const dump::Toc toc = dump::readToc(*source, folder + "/toc.dat");
  const std::string from = fmt::format("dump {}", folder);
  std::vector<dump::Member> found;
  for (const dump::Member& member : dump::members(toc, folder)) {
    if (member.table == kTable) found.push_back(member);
  }
  if (found.empty()) notThere(from);
  if (found.size() > 1) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} has {} tables django_migrations, in schemas {} and {}", from,
                                  found.size(), found[0].schema, found[1].schema));
  }
  const std::string path = folder + "/" + found[0].file;
  const auto packed = files.open(path);
  const auto text = dump::unpacked(*packed, path);
  dump::LineReader lines(*text, kLongestLine);
  Collector collector(from);
  std::size_t number = 0;
  if (found[0].kind == dump::MemberKind::rows) {
    const auto copy =
        dump::readCopyStatement(core::trim(std::string_view(toc.find(found[0].entry)->copy)));
    takeCopy(lines, copy ? copy->columns : std::vector<std::string>{}, path, number, collector);
    return collector.take();
  }
  while (auto line = lines.next()) {
    ++number;
    const auto values = dump::insertedValues(*line, kTable);
    if (values) collector.add({}, *values, lineOf(path, number));
  }
  return collector.take();
}

/// "[id] app name [applied]" between tabs, or "app.name".
void takeLine(const std::string& line, const std::string& where, Collector& collector) {
  const auto parts = core::split(line, '\t');
  if (parts.size() == 1) {
    const auto dot = line.find('.');
    if (dot == std::string::npos || line.find(' ') != std::string::npos) {
      throw core::Error(core::Kind::corrupt,
                        fmt::format("{}: \"{}\" is no row of django_migrations", where,
                                    core::printable(line.substr(0, 80))),
                        "Wanted are a dump, or lines \"id app name applied\" between tabs.");
    }
    collector.add({"app", "name"}, {line.substr(0, dot), line.substr(dot + 1)}, where);
    return;
  }
  const bool numbered = numberIn(parts[0]).has_value();
  std::vector<std::string> columns{"app", "name", "applied"};
  if (numbered) columns.insert(columns.begin(), "id");
  columns.resize(std::min(columns.size(), parts.size()));
  Fields fields;
  for (const std::string& part : parts) fields.emplace_back(part);
  collector.add(columns, fields, where);
}

bool isRemark(std::string_view line) {
  return line.empty() || line.starts_with("--") || line.starts_with("#") ||
         line == "id\tapp\tname" || line == "id\tapp\tname\tapplied";
}

Applied fromText(core::Source& source, const std::string& path) {
  dump::LineReader lines(source, kLongestLine);
  Collector collector("file " + path);
  std::size_t number = 0;
  bool dumped = false;  // it is a dump, not a list
  bool found = false;
  while (auto line = lines.next()) {
    ++number;
    if (line->starts_with("PGDMP")) {
      throw core::Error(core::Kind::undetermined, path + " is an archive in custom format",
                        "Unpack it: pg_restore --data-only --table django_migrations --file - " +
                            core::shellQuote(path) + " > FILE");
    }
    if (line->ends_with("\r")) line->pop_back();
    if (const auto copy = dump::readCopyStatement(*line)) {
      dumped = true;
      if (copy->table != kTable) {
        while (auto row = lines.next()) {
          ++number;
          if (*row == "\\.") break;
        }
        continue;
      }
      found = true;
      takeCopy(lines, copy->columns, path, number, collector);
      return collector.take();
    }
    if (const auto values = dump::insertedValues(*line, kTable)) {
      collector.add({}, *values, lineOf(path, number));
      dumped = found = true;
      continue;
    }
    // pg_dump begins with "\restrict KEY" since 2025.
    dumped = dumped || line->starts_with("\\") || line->starts_with("SET ") ||
             line->starts_with("CREATE ") || line->starts_with("INSERT INTO ");
    if (dumped || isRemark(*line)) continue;
    takeLine(*line, lineOf(path, number), collector);
    found = true;
  }
  if (!found) notThere("file " + path);
  return collector.take();
}

}  // namespace

std::set<Key> Applied::keys() const {
  std::set<Key> all;
  for (const AppliedRow& row : rows) all.insert(row.key);
  return all;
}

const AppliedRow* Applied::find(const Key& key) const {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const AppliedRow& row) { return row.key == key; });
  return found == rows.end() ? nullptr : &*found;
}

Applied appliedInDatabase(ports::Sql& session, const std::string& name) {
  Collector collector("database " + name);
  const auto look = session.query(
      "SELECT to_regclass('django_migrations') IS NOT NULL AS there,"
      " EXISTS (SELECT FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace ="
      " pg_catalog.to_regnamespace(pg_catalog.current_schema())) AS tables");
  if (!look.boolean(0, "there")) {
    if (look.boolean(0, "tables")) notThere("database " + name);
    return collector.take();
  }
  const auto rows =
      session.query("SELECT id, app, name, applied FROM django_migrations ORDER BY id");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    collector.add(
        {},
        {rows.text(i, "id"), rows.text(i, "app"), rows.text(i, "name"), rows.text(i, "applied")},
        "a row");
  }
  return collector.take();
}

Applied appliedInFile(ports::Files& files, const std::string& path) {
  const auto resolved = files.resolve(path);
  const auto info = resolved ? files.info(*resolved) : std::nullopt;
  if (!info) {
    throw core::Error(core::Kind::not_found, path + " does not exist");
  }
  if (info->type == ports::FileType::folder) {
    for (const std::string& folder : {*resolved, *resolved + "/dump"}) {
      if (files.info(folder + "/toc.dat")) return fromArchive(files, folder);
    }
    throw core::Error(core::Kind::not_found, path + " has no toc.dat: it is no dump");
  }
  const auto source = files.open(*resolved);
  const auto text = dump::unpacked(*source, *resolved);
  return fromText(*text, path);
}

}  // namespace migrations
