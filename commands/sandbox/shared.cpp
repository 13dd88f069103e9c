#include "commands/sandbox/shared.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "lib/core/text.hpp"
#include "lib/out/output.hpp"

namespace commands::sandbox_shared {
namespace {

std::string url(const sandbox::Report& report) {
  return fmt::format("http://127.0.0.1:{}/", report.state.ports.application);
}

std::string data(const sandbox::Report& report) {
  if (report.state.made.empty()) return "not complete: `sotctl sandbox up` finishes it";
  std::string words = report.state.dump.empty()
                          ? core::formatBytes(report.state.bytes) + " generated"
                          : "loaded from " + report.state.dump;
  words += fmt::format(", as of NetBox {}", report.state.release);
  if (report.database_bytes) {
    words += fmt::format(", {} in the database", core::formatBytes(*report.database_bytes));
  }
  return words;
}

std::string processes(const sandbox::Report& report) {
  out::Table table({"", "", "", "", ""});
  for (const auto& member : report.members) {
    table.add({"  " + member.name, service::runningName(member.state.running),
               member.port == 0 ? "" : fmt::format("port {}", member.port), member.state.words,
               member.state.since ? "since " + core::formatLocal(*member.state.since) : ""});
  }
  return table.text();
}

std::string commandsToTry(const sandbox::Report& report) {
  const std::string config = core::shellQuote(report.layout.configuration());
  return fmt::format(
      "Try:\n"
      "  sotctl -c {0} status\n"
      "  sotctl -c {0} backup create\n"
      "  psql -h {1} -U postgres netbox\n"
      "  curl -H \"Authorization: Token $(cat {2})\" {3}api/dcim/devices/?limit=1\n",
      config, core::shellQuote(report.layout.run()), core::shellQuote(report.layout.token()),
      url(report));
}

}  // namespace

std::string folder(Context& context, const std::string& given) {
  const ports::Caller& caller = context.world().caller;
  if (!given.empty()) return caller.absolute(given);
  const auto& named = context.globals().config;
  // Whoever names one sandbox's configuration does not mean another one.
  if (named) return std::filesystem::path(caller.absolute(*named)).parent_path().string();
  return context.accountStateFolder() + "-sandbox";
}

void bindFolder(Arguments& arguments, std::string& to) {
  arguments.option("--dir", "DIR", to,
                   "folder of the sandbox; otherwise that of --config, else "
                   "/var/lib/sotctl-sandbox for root, $XDG_STATE_HOME/sotctl-sandbox for a user");
}

core::Json document(const sandbox::Report& report) {
  core::Json json;
  json["folder"] = report.layout.root;
  json["configuration"] = report.layout.configuration();
  json["complete"] = !report.state.made.empty();
  json["account"] = report.state.account;
  json["url"] = url(report);
  json["release"] = report.state.release;
  json["dump"] = report.state.dump.empty() ? core::Json(nullptr) : core::Json(report.state.dump);
  json["generated_bytes"] = report.state.bytes;
  json["database_bytes"] =
      report.database_bytes ? core::Json(*report.database_bytes) : core::Json(nullptr);
  json["folder_bytes"] =
      report.folder_bytes ? core::Json(*report.folder_bytes) : core::Json(nullptr);
  json["socket_folder"] = report.layout.run();
  json["token_file"] = report.layout.token();
  json["backups"] = report.layout.backups();
  json["processes"] = core::Json::array();
  for (const auto& member : report.members) {
    core::Json one;
    one["name"] = member.name;
    one["state"] = service::runningName(member.state.running);
    one["pid"] = member.state.pid == 0 ? core::Json(nullptr) : core::Json(member.state.pid);
    one["port"] = member.port == 0 ? core::Json(nullptr) : core::Json(member.port);
    one["since"] =
        member.state.since ? core::Json(core::formatUtc(*member.state.since)) : core::Json(nullptr);
    one["found"] = member.state.words;
    one["log"] = member.log;
    json["processes"].push_back(std::move(one));
  }
  return json;
}

std::string text(const sandbox::Report& report) {
  return fmt::format("sandbox in {}{}\n{}  data: {}\n  application: {}\n  configuration: {}\n\n{}",
                     report.layout.root,
                     report.folder_bytes
                         ? fmt::format(" ({} on disk)", core::formatBytes(*report.folder_bytes))
                         : std::string(),
                     processes(report), data(report), url(report), report.layout.configuration(),
                     commandsToTry(report));
}

void tellForeseen(Context& context, const std::vector<std::string>& words) {
  core::Json json;
  json["would"] = words;
  std::string lines = words.empty() ? "nothing to do\n" : "";
  for (const auto& word : words) lines += "would " + word + "\n";
  context.out().result(json, lines);
  if (!words.empty()) context.markChanged();
}

}  // namespace commands::sandbox_shared
