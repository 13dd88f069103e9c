#include <fmt/format.h>

#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/permissions/facts.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

constexpr std::size_t kNamed = 3;

/// Columns that hold a path below the media folder, by table: NetBox 2 to 4 and Nautobot.
constexpr const char* kColumns =
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND (table_name, column_name) IN (('extras_imageattachment', 'image'), "
    "('dcim_devicetype', 'front_image'), ('dcim_devicetype', 'rear_image')) "
    "ORDER BY table_name, column_name";

/// What a probe makes and deletes while others look.
bool isProbe(const std::string& path) { return path.find("sotctl-") != std::string::npos; }

std::set<std::string> rowsOf(ports::Sql& session) {
  std::set<std::string> paths;
  const auto columns = session.query(kColumns);
  for (std::size_t row = 0; row < columns.size(); ++row) {
    const std::string column = ports::sqlName(columns.text(row, "column_name"));
    const auto rows =
        session.query(fmt::format("SELECT {0} AS path FROM {1} WHERE {0} <> ''", column,
                                  ports::sqlName(columns.text(row, "table_name"))));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!isProbe(rows.text(i, "path"))) paths.insert(rows.text(i, "path"));
    }
  }
  return paths;
}

void filesBelow(ports::Files& files, const std::string& root, const std::string& below,
                std::set<std::string>& found) {
  for (const auto& entry : files.list(root + (below.empty() ? "" : "/" + below))) {
    const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
    if (entry.type == ports::FileType::folder) filesBelow(files, root, path, found);
    if (entry.type == ports::FileType::file && !isProbe(entry.name)) found.insert(path);
  }
}

std::string some(const std::set<std::string>& names) {
  std::vector<std::string> first;
  for (const std::string& name : names) {
    if (first.size() < kNamed) first.push_back(core::printable(name));
  }
  return core::join(first, ", ") + (names.size() > kNamed ? ", …" : "");
}

checks::CheckResult askFiles(const Site& site) {
  core::CheckResult result{{}, "media files", Outcome::unknown, {}, {}, {}};
  if (site.instance.media.empty()) {
    result.found = "the media folder is not known";
    return result;
  }
  const auto session = database::Database(site.world, site.instance).application();
  const auto rows = rowsOf(*session);
  std::set<std::string> files;
  for (const char* folder : {"image-attachments", "devicetype-images"}) {
    if (site.world.files.resolve(site.instance.media + "/" + folder)) {
      filesBelow(site.world.files, site.instance.media, folder, files);
    }
  }
  std::set<std::string> missing;
  for (const std::string& row : rows) {
    if (!files.contains(row) && !site.world.files.info(site.instance.media + "/" + row)) {
      missing.insert(row);
    }
  }
  std::set<std::string> extra;
  for (const std::string& file : files) {
    if (!rows.contains(file)) extra.insert(file);
  }
  const auto count = [](const std::set<std::string>& set) {
    return static_cast<std::int64_t>(set.size());
  };
  result.outcome = Outcome::pass;
  result.found = fmt::format("{} of the database, each with its file",
                             core::plural(count(rows), "row", "rows"));
  if (!extra.empty()) {
    result.outcome = Outcome::warn;
    result.found = fmt::format("{} no row: {}",
                               core::plural(count(extra), "file has", "files have"), some(extra));
  }
  if (!missing.empty()) {
    result.outcome = Outcome::fail;
    result.found = fmt::format("{} no file: {}",
                               core::plural(count(missing), "row has", "rows have"), some(missing));
    result.hint = "Restore the media of the same moment as the database.";
  }
  return {result,
          {{"missing", static_cast<double>(missing.size()), "", "", "0", "0", ""},
           {"extra", static_cast<double>(extra.size()), "", "0", "", "0", ""}}};
}

/// Only where the web server's own configuration serves the folder: by itself the application
/// serves it, after looking at rights.
checks::CheckResult askServed(const Site& site, const checks::Arguments& arguments) {
  return answered("media from the web server", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "media from the web server", Outcome::skip, {}, {}, {}};
    const std::string place = permissions::servedAt(site.world.files, site.instance.media);
    if (place.empty() && !arguments.has("file")) {
      result.found = "no web server's configuration serves the folder: the application does";
      return result;
    }
    std::string file = arguments.text("file", "");
    if (file.empty()) {
      const auto session = database::Database(site.world, site.instance).application();
      const auto rows = rowsOf(*session);
      if (rows.empty()) {
        result.found = "the database names no file that could be fetched";
        return result;
      }
      file = *rows.begin();
    }
    ports::HttpRequest request;
    request.url = urlOf(site, arguments, "/media/" + file);
    const auto response = site.world.http.send(request);
    result.outcome = response.status == 200 ? Outcome::pass : Outcome::fail;
    result.found = response.status == 200
                       ? fmt::format("{} is served", core::printable(file))
                       : fmt::format("{}: {}", core::printable(file), statusInWords(response));
    if (response.status != 200 && !place.empty())
      result.hint = "It is configured at " + place + ".";
    return result;
  });
}

}  // namespace

void addMedia(checks::Kinds& kinds, const Site& site) {
  kinds.add("media-files",
            {{}, {}, false, [site](const checks::Arguments&) { return askFiles(site); }});
  kinds.add("media-served",
            {{}, {"url", "file"}, false, [site](const checks::Arguments& arguments) {
               return askServed(site, arguments);
             }});
}

}  // namespace validation
