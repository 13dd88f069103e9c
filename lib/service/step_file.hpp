#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Goal `file.replaced` {file, host, from, from_host, digest, stamp, accepted}: a configuration
/// file has the content of another one, which was read when the plan was made (SHA-256 `digest`).
/// Put in place in one move, with the owner and mode of the file that was there, which stays as
/// `FILE.STAMP`. Undone by putting that copy back, unless somebody changed the file meanwhile. A
/// file that somebody else writes is blocked (refusal `managed-file`): the change belongs there.
class FileReplaced : public step::Step {
 public:
  FileReplaced(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  ports::World& there() const;
  ports::Files& source() const;
  std::string digestNow() const;

  Environment environment_;
  std::string file_;
  std::string host_;  // of the file
  std::string from_;
  std::string from_host_;
  std::string digest_;
  std::string stamp_;
  bool accepted_;
};

/// Goal `file.awaited` {file, host, from, from_host, digest, limit_ms}: whoever keeps the file has
/// put that content into it. The change to make there is printed, and waited for. Not undone: it is
/// not ours.
class FileAwaited : public step::Step {
 public:
  FileAwaited(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  ports::World& there() const;

  Environment environment_;
  std::string file_;
  std::string host_;
  std::string from_;
  std::string digest_;
  core::Duration limit_;
};

/// Who writes a file: "Puppet (its catalogue names it)", "Ansible (its header says so)", "Salt (the
/// configuration says so)"; empty for nobody that is known.
std::string managerOf(ports::Files& files, const config::Instance& instance,
                      const std::string& file);

/// Puts `text` in the place of a file in one move, with its owner, group and mode; what it was is
/// kept as `copy`, unless there is such a file already. Errors: denied (the owner can't be kept).
void replaceKeeping(ports::World& world, const std::string& file, const std::string& text,
                    const std::string& copy);

/// The step for a file on a host ("": this one), with the digest of `from`, which is here, as it is
/// now. `stamp` ends the name of the copy.
/// Errors: not_found, denied (either file can't be read), refused (a link or folder).
step::Spec fileStep(ports::World& world, const config::Instance& instance, const std::string& host,
                    const std::string& file, const std::string& from, const std::string& stamp,
                    bool accepted);

}  // namespace service
