#include "lib/restore/attributes.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

/// A setting's name as SQL: "search_path", "my_app.level".
std::string settingName(const std::string& name) {
  std::vector<std::string> parts;
  for (const std::string& part : core::split(name, '.')) parts.push_back(ports::sqlName(part));
  return core::join(parts, ".");
}

std::string owner(const std::string& role, const std::string& database) {
  return role.empty() ? "DATABASE " + ports::sqlName(database)
                      : fmt::format("ROLE {} IN DATABASE {}", ports::sqlName(role),
                                    ports::sqlName(database));
}

/// Through set_config and FROM CURRENT: lists like search_path keep their elements, and no value
/// has to be written as SQL. Inside a transaction, since the value holds for this session too.
void writeSetting(ports::Sql& sql, const std::string& database, const std::string& role,
                  const std::string& name, const std::string& value) {
  sql.transact([&](ports::Sql& session) {
    session.execute("SELECT set_config($1, $2, true)", {name, value});
    session.execute(
        fmt::format("ALTER {} SET {} FROM CURRENT", owner(role, database), settingName(name)));
  });
}

std::string grantee(const std::string& role) {
  return role.empty() ? "PUBLIC" : ports::sqlName(role);
}

}  // namespace

Attributes readAttributes(ports::Sql& sql, const std::string& database) {
  Attributes attributes;
  const ports::SqlRows base = sql.query(
      "SELECT datconnlimit AS connections, coalesce(shobj_description(oid, 'pg_database'), '') AS "
      "comment FROM pg_database WHERE datname = $1",
      {database});
  if (base.empty()) {
    throw core::Error(core::Kind::not_found, fmt::format("no database {}", database));
  }
  attributes.connection_limit = base.number(0, "connections");
  attributes.comment = base.text(0, "comment");
  const ports::SqlRows settings = sql.query(
      "SELECT coalesce(r.rolname, '') AS role, split_part(s.setting, '=', 1) AS name, "
      "substr(s.setting, strpos(s.setting, '=') + 1) AS value FROM pg_db_role_setting c "
      "JOIN pg_database d ON d.oid = c.setdatabase LEFT JOIN pg_roles r ON r.oid = c.setrole "
      "CROSS JOIN LATERAL unnest(c.setconfig) AS s(setting) "
      "WHERE d.datname = $1 AND s.setting NOT LIKE 'sotctl.%'",
      {database});
  for (std::size_t i = 0; i < settings.size(); ++i) {
    attributes.settings[{settings.text(i, "role"), settings.text(i, "name")}] =
        settings.text(i, "value");
  }
  const ports::SqlRows rights = sql.query(
      "SELECT coalesce(r.rolname, '') AS role, a.privilege_type AS privilege, a.is_grantable AS "
      "grantable FROM pg_database d "
      "CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a "
      "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = $1 AND a.grantee <> d.datdba",
      {database});
  for (std::size_t i = 0; i < rights.size(); ++i) {
    attributes.rights.insert(
        {rights.text(i, "role"), rights.text(i, "privilege"), rights.boolean(i, "grantable")});
  }
  return attributes;
}

void writeAttributes(ports::Sql& sql, const std::string& database, const Attributes& now,
                     const Attributes& wanted) {
  const std::string name = ports::sqlName(database);
  for (const auto& [key, value] : now.settings) {
    if (wanted.settings.contains(key)) continue;
    sql.execute(
        fmt::format("ALTER {} RESET {}", owner(key.first, database), settingName(key.second)));
  }
  for (const auto& [key, value] : wanted.settings) {
    const auto there = now.settings.find(key);
    if (there != now.settings.end() && there->second == value) continue;
    writeSetting(sql, database, key.first, key.second, value);
  }
  for (const auto& [role, privilege, grantable] : now.rights) {
    if (wanted.rights.contains({role, privilege, grantable})) continue;
    sql.execute(fmt::format("REVOKE {} ON DATABASE {} FROM {}", privilege, name, grantee(role)));
  }
  for (const auto& [role, privilege, grantable] : wanted.rights) {
    if (now.rights.contains({role, privilege, grantable})) continue;
    sql.execute(fmt::format("GRANT {} ON DATABASE {} TO {}{}", privilege, name, grantee(role),
                            grantable ? " WITH GRANT OPTION" : ""));
  }
  if (now.connection_limit != wanted.connection_limit) {
    sql.execute(
        fmt::format("ALTER DATABASE {} WITH CONNECTION LIMIT {}", name, wanted.connection_limit));
  }
  if (now.comment != wanted.comment) {
    sql.execute(
        fmt::format("COMMENT ON DATABASE {} IS {}", name,
                    wanted.comment.empty() ? std::string("NULL") : ports::sqlText(wanted.comment)));
  }
}

core::Json toJson(const Attributes& attributes) {
  core::Json settings = core::Json::array();
  for (const auto& [key, value] : attributes.settings) {
    settings.push_back({key.first, key.second, value});
  }
  core::Json rights = core::Json::array();
  for (const auto& [role, privilege, grantable] : attributes.rights) {
    rights.push_back(core::Json::array({role, privilege, grantable}));
  }
  return {{"settings", std::move(settings)},
          {"rights", std::move(rights)},
          {"connection_limit", attributes.connection_limit},
          {"comment", attributes.comment}};
}

Attributes attributesFromJson(const core::Json& json) {
  Attributes attributes;
  for (const core::Json& each : json.at("settings")) {
    attributes.settings[{each.at(0).get<std::string>(), each.at(1).get<std::string>()}] =
        each.at(2).get<std::string>();
  }
  for (const core::Json& each : json.at("rights")) {
    attributes.rights.emplace(each.at(0).get<std::string>(), each.at(1).get<std::string>(),
                              each.at(2).get<bool>());
  }
  attributes.connection_limit = json.at("connection_limit").get<std::int64_t>();
  attributes.comment = json.at("comment").get<std::string>();
  return attributes;
}

std::vector<std::string> differences(const Attributes& now, const Attributes& wanted) {
  std::vector<std::string> words;
  for (const auto& [key, value] : wanted.settings) {
    const auto there = now.settings.find(key);
    if (there == now.settings.end() || there->second != value) {
      words.push_back("setting " + key.second);
    }
  }
  for (const auto& [key, value] : now.settings) {
    if (!wanted.settings.contains(key)) words.push_back("setting " + key.second);
  }
  if (now.rights != wanted.rights) words.emplace_back("rights");
  if (now.connection_limit != wanted.connection_limit) words.emplace_back("connection limit");
  if (now.comment != wanted.comment) words.emplace_back("comment");
  return words;
}

}  // namespace restore
