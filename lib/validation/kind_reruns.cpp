#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// A report or script that was begun.
struct Begun {
  std::string name;
  std::string result;  // path of its result
  std::string status{};
  bool ended() const { return status == "completed" || status == "failed" || status == "errored"; }
};

/// The path of an address that the application gives: it may know itself by another name.
std::string pathOf(const std::string& url) {
  const auto at = url.find("/api/");
  return at == std::string::npos ? "" : url.substr(at);
}

/// Reports or scripts: a plain list up to NetBox 3, pages since 4. Empty where there is no such
/// list.
std::vector<core::Json> listed(Api& api, const std::string& path) {
  if (api.send("GET", path).status == 404) return {};
  const core::Json all = api.get(path);
  return all.is_array() ? all.get<std::vector<core::Json>>() : api.list(path);
}

/// Begins all of them that need no input; scripts without committing anything.
class Reruns {
 public:
  Reruns(Api& api, std::vector<std::string> only) : api_(api), only_(std::move(only)) {}

  void begin() {
    for (const core::Json& one : listed(api_, "/api/extras/reports/")) {
      add(one, fmt::format("/api/extras/reports/{}/run/", idOf(one)), core::Json::object());
    }
    for (const core::Json& one : listed(api_, "/api/extras/scripts/")) {
      const core::Json vars = one.value("vars", core::Json::object());
      if (!vars.empty()) {
        ++need_input;
        continue;
      }
      add(one, fmt::format("/api/extras/scripts/{}/", idOf(one)),
          {{"data", core::Json::object()}, {"commit", false}});
    }
  }
  /// Looks once at those that have not ended; whether all have.
  bool look() {
    bool all = true;
    for (Begun& one : begun) {
      if (one.ended()) continue;
      const core::Json status = api_.get(one.result).value("status", core::Json::object());
      one.status = status.is_object() ? status.value("value", "") : "";
      all = all && one.ended();
    }
    return all;
  }

  std::vector<Begun> begun;
  std::int64_t need_input = 0;

 private:
  static std::string idOf(const core::Json& one) {
    const core::Json& id = one.at("id");
    return id.is_string() ? id.get<std::string>() : id.dump();
  }
  void add(const core::Json& one, const std::string& path, const core::Json& body) {
    const std::string name = one.value("name", idOf(one));
    const bool meant = only_.empty() || std::find(only_.begin(), only_.end(), name) != only_.end();
    if (!meant) return;
    const core::Json made = api_.post(path, {"application/json", body.dump()});
    const core::Json result = made.value("result", core::Json::object());
    const std::string url = result.is_object() ? pathOf(result.value("url", "")) : "";
    if (url.empty()) {
      throw core::Error(core::Kind::failed_check,
                        core::printable(name) + ": the application does not say what it has begun");
    }
    begun.push_back({name, url});
  }

  Api& api_;
  std::vector<std::string> only_;
};

checks::CheckResult judged(const Reruns& reruns, core::Duration within) {
  std::vector<core::CheckResult> results;
  for (const Begun& one : reruns.begun) {
    core::CheckResult line{{}, core::printable(one.name), Outcome::pass, {}, {}, {}};
    if (one.status == "errored") {
      line.outcome = Outcome::fail;
      line.found = "it broke (errored)";
      line.hint = "It mostly uses what the release no longer has: its log names the line.";
    } else if (one.status == "failed") {
      line.outcome = Outcome::warn;
      line.found = "it ran, and found something wrong in the data (failed)";
    } else if (!one.ended()) {
      line.outcome = Outcome::fail;
      line.found = fmt::format("it is still {} after {}", core::printable(one.status),
                               core::formatDuration(within));
    }
    results.push_back(std::move(line));
  }
  auto result =
      combined("reports and scripts that run again", results,
               core::formatCount(static_cast<std::int64_t>(results.size())) + " ran to a good end");
  if (results.empty()) {
    result.outcome = Outcome::skip;
    result.found = "there are none that need no input";
  }
  if (reruns.need_input > 0) {
    result.found += fmt::format("; {} left out, as they need input",
                                core::plural(reruns.need_input, "script", "scripts"));
  }
  return result;
}

checks::CheckResult askReruns(const Site& site, const checks::Arguments& arguments) {
  return answered("reports and scripts that run again", [&]() -> checks::CheckResult {
    const auto within = arguments.duration("within", std::chrono::minutes(5));
    Api api(site, arguments);
    Reruns reruns(api, arguments.list("only"));
    reruns.begin();
    const auto end = site.world.clock.steady() + within;
    while (!reruns.look() && site.world.clock.steady() < end) {
      site.world.clock.sleep(std::chrono::milliseconds(500));
    }
    return judged(reruns, within);
  });
}

}  // namespace

void addReruns(checks::Kinds& kinds, const Site& site) {
  kinds.add("run-reports",
            {{}, {"only", "within", "url"}, true, [site](const checks::Arguments& arguments) {
               return askReruns(site, arguments);
             }});
}

}  // namespace validation
