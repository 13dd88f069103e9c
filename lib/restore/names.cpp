#include "lib/restore/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr std::size_t kNameBytes = 63;  // NAMEDATALEN - 1
constexpr std::array<const char*, 4> kStates{"created", "loaded", "analyzed", "proven"};

std::string lower(std::string text) {
  for (char& c : text) {
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string dated(const std::string& database, const char* what, const std::string& run) {
  const std::string tail = fmt::format("_{}_{}", what, lower(run));
  std::size_t front = kNameBytes - std::min(kNameBytes, tail.size());
  // Never through the middle of a character: PostgreSQL would refuse the rest of it.
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(database[at]) & 0xC0) == 0x80;
  };
  if (front < database.size()) {
    while (front > 0 && continues(front)) --front;
  }
  return database.substr(0, front) + tail;
}

std::size_t rank(const std::string& state) {
  return static_cast<std::size_t>(std::find(kStates.begin(), kStates.end(), state) -
                                  kStates.begin());
}

}  // namespace

Names namesFor(const std::string& database, const std::string& run) {
  return {database, dated(database, "restored", run), dated(database, "before", run)};
}

bool isBeside(const std::string& database) {
  static const std::regex kTail("_(restored|before)_[0-9]{8}t[0-9]{6}z_[0-9a-f]{4}$");
  return std::regex_search(database, kTail);
}

bool Restored::reached(const std::string& wanted) const {
  return rank(state) < kStates.size() && rank(state) >= rank(wanted);
}

std::optional<Restored> findRestored(ports::Sql& sql, const std::string& run) {
  const ports::SqlRows found = sql.query(
      "SELECT d.oid AS oid, d.datname AS name, substr(s.setting, 17) AS mark "
      "FROM pg_database d JOIN pg_db_role_setting r ON r.setdatabase = d.oid AND r.setrole = 0 "
      "CROSS JOIN LATERAL unnest(r.setconfig) AS s(setting) "
      "WHERE s.setting LIKE 'sotctl.restored=run=' || $1 || ' %'",
      {run});
  if (found.empty()) return std::nullopt;
  Restored restored;
  restored.oid = found.number(0, "oid");
  restored.name = found.text(0, "name");
  for (const std::string& word : core::split(found.text(0, "mark"), ' ')) {
    const auto at = word.find('=');
    const std::string key = word.substr(0, at);
    const std::string value = at == std::string::npos ? "" : word.substr(at + 1);
    if (key == "run") restored.run = value;
    if (key == "set") restored.set = value;
    if (key == "state") restored.state = value;
  }
  return restored;
}

void markRestored(ports::Sql& sql, const std::string& database, const std::string& run,
                  const std::string& set, const std::string& state) {
  sql.execute(fmt::format("ALTER DATABASE {} SET sotctl.restored = {}", ports::sqlName(database),
                          ports::sqlText(fmt::format("run={} set={} state={}", run, set, state))));
}

std::optional<std::int64_t> databaseOid(ports::Sql& sql, const std::string& name) {
  const ports::SqlRows found = sql.query("SELECT oid FROM pg_database WHERE datname = $1", {name});
  if (found.empty()) return std::nullopt;
  return found.number(0, "oid");
}

}  // namespace restore
