#include "commands/schema/shared.hpp"

#include <array>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/database/database.hpp"
#include "lib/schema/dumped.hpp"
#include "lib/schema/live.hpp"

namespace commands::schema_shared {
namespace {

constexpr std::string_view kDatabase = "database";

schema::Schema live(Context& context, const std::string& name, bool rights) {
  database::Database database(context.world(), context.instance(Need::look));
  const auto session = database.application(name);
  return schema::liveSchema(*session, name.empty() ? database.name() : name, rights);
}

/// Whether the file begins as a document does, and not as a dump.
bool isSnapshot(ports::Files& files, const std::string& path) {
  const auto resolved = files.resolve(path);
  const auto info = resolved ? files.info(*resolved) : std::nullopt;
  if (!info || info->type != ports::FileType::file) return false;
  std::array<char, 64> front{};
  const auto source = files.open(*resolved);
  const std::size_t got = source->read(front);
  const std::string_view text(front.data(), got);
  const auto first = text.find_first_not_of(" \n\r\t");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

schema::Schema schemaOf(Context& context, const std::string& where, bool rights) {
  if (where.empty() || where == kDatabase) return live(context, "", rights);
  if (where.starts_with("database:")) {
    return live(context, where.substr(kDatabase.size() + 1), rights);
  }
  ports::Files& files = context.world().files;
  const std::string path = context.world().caller.absolute(where);
  if (!isSnapshot(files, path)) return schema::dumpedSchema(files, path);
  const core::Json json = core::Json::parse(files.read(path), nullptr, false);
  if (json.is_discarded()) {
    throw core::Error(core::Kind::corrupt, path + " is no whole JSON document");
  }
  return schema::fromJson(json, path);
}

}  // namespace commands::schema_shared
