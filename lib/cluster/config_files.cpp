#include "lib/cluster/config_files.hpp"

#include <algorithm>
#include <vector>

#include "lib/core/text.hpp"

namespace cluster {
namespace {

constexpr std::string_view kDebianData = "/var/lib/postgresql/";
constexpr const char* kEnds[] = {".conf", ".crt", ".key", ".pem", ".crl"};
constexpr std::uint64_t kLargest = 1U << 20U;

/// By name: settings and what they include, access rules, keys and certificates.
bool configures(const ports::FileInfo& entry) {
  if (entry.type != ports::FileType::file || entry.bytes > kLargest) return false;
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](const char* end) { return entry.name.ends_with(end); });
}

void copy(const Server& server, const std::string& from, const std::string& to) {
  std::vector<std::string> argv{"cp", "--archive", "--no-dereference", "--"};
  for (const auto& entry : server.files().list(from)) {
    if (configures(entry)) argv.push_back(from + "/" + entry.name);
  }
  if (argv.size() == 4) return;
  argv.push_back(to + "/");
  server.must(server.asOwner(std::move(argv)), "configuration files of " + from + " can't be kept");
}

}  // namespace

void keepConfigFiles(const Server& server, const std::string& data, const std::string& kept) {
  if (server.files().info(kept + "/kept")) return;
  server.makeBeside(kept);
  copy(server, data, kept);
  server.write(kept + "/kept", data + "\n");
}

void putConfigFilesBack(const Server& server, const std::string& kept, const std::string& data) {
  copy(server, kept, data);
}

std::string configFileOutside(const Server& server, const config::NodeSettings& node) {
  if (server.files().info(node.data + "/postgresql.conf")) return {};
  if (!node.data.starts_with(kDebianData)) return {};
  const std::string file =
      "/etc/postgresql/" + node.data.substr(kDebianData.size()) + "/postgresql.conf";
  return server.files().info(file) ? file : "";
}

}  // namespace cluster
