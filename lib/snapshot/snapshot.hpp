#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/outside.hpp"
#include "lib/core/json.hpp"
#include "lib/core/progress.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace snapshot {

/// Measured facts of an instance at one moment. `parts` by name: versions, plugins, rows,
/// migrations, schema, settings, permissions, services, reports, samples, api, csv. A part that
/// could not be taken is {"unknown": "why"}; one that was not asked for is not there.
struct Snapshot {
  std::string id;  // "20261121T030012Z", and "-before" where a name was given
  std::string instance;
  std::string product;
  std::string host;
  std::string version;  // of sotctl
  core::Time taken{};
  core::Json parts = core::Json::object();
};

core::Json toJson(const Snapshot& snapshot);
/// Errors: corrupt (another shape), undetermined (a later format); `name` is how errors call it.
Snapshot fromJson(const core::Json& json, const std::string& name);

/// What is taken besides what is always taken.
struct Wanted {
  std::vector<std::string> csv{};  // tables whose rows are kept: "dcim_device"
  int samples = 20;                // objects of each sampled sort
};

/// Takes all parts. Reads only. What fails is that part's own.
/// Errors: interrupted; usage for a table that is not there.
Snapshot take(ports::World& world, const config::Instance& instance, const config::Outside& outside,
              const Wanted& wanted, core::Progress& progress);

// Its parts.
void takeDatabase(ports::World& world, const config::Instance& instance, const Wanted& wanted,
                  core::Json& parts);
void takeApi(ports::World& world, const config::Instance& instance, const config::Outside& outside,
             const Wanted& wanted, core::Json& parts);
void takeHost(ports::World& world, const config::Instance& instance, core::Json& parts);
/// Runs `work` into parts[name]; an error becomes {"unknown": words}.
void takePart(core::Json& parts, const std::string& name, const std::function<core::Json()>& work);

/// The snapshots of one instance, in STATE/snapshots/INSTANCE/ID.json (0600).
class Store {
 public:
  Store(ports::World& world, const std::string& state, const std::string& instance);
  /// Gives the file.
  std::string save(const Snapshot& snapshot);
  /// Newest first; what can't be read is left out and told to `problem`.
  std::vector<Snapshot> list(const std::function<void(const std::string&)>& problem);
  /// By id, by a beginning of it that one has, by its name ("before": the newest of that name), or
  /// a file (a name with a slash). Errors: not_found (nearest), usage (several), corrupt.
  Snapshot find(const std::string& name);

 private:
  std::vector<std::string> ids();
  ports::World& world_;
  std::string folder_;
};

}  // namespace snapshot
