#pragma once

#include <vector>

#include "lib/restore/environment.hpp"
#include "lib/restore/files.hpp"

namespace restore {

/// Goal: a part's files lie beside the live ones, complete, equal to the set's. Each is unpacked
/// under a name of its own first, by descriptors alone, and closed to others until it is whole.
class FilesUnpacked : public step::Step {
 public:
  FilesUnpacked(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  bool isThere(const FileTarget& target) const;
  std::string obstacle(const FileTarget& target) const;
  void prove(const std::string& archive, const backup::Part& part, core::Progress& progress);

  Environment environment_;
  std::string set_;
  std::string run_;
  std::string part_;
  std::vector<FileTarget> targets_;
  core::Json results_ = core::Json::object();
};

/// Goal: what a restore laid beside files of the instance, or kept, is gone. Removes nothing but
/// what bears such a name, and (for what was kept) is the very file that was meant.
class FilesRemoved : public step::Step {
 public:
  FilesRemoved(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::string pointOfNoReturn() const override;
  std::vector<std::string> manual() const override;

 private:
  struct Item {
    std::string path;
    std::uint64_t inode = 0;  // 0: whatever bears the name
  };

  Environment environment_;
  std::vector<Item> items_;
  bool final_;  // what only these files hold is lost
};

core::Json toJson(const std::vector<FileTarget>& targets);
std::vector<FileTarget> targetsFromJson(const core::Json& json);

}  // namespace restore
