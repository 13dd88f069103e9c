#pragma once

#include <optional>

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the database `incoming` bears the live name, and the one that bore it is called `kept`.
/// Both renames are one transaction: a crash leaves either both or none. Object ids from the plan
/// (0: not known yet) and from the journal say which database is meant; a name that somebody gave
/// to another one is refused. A live_oid of -1 means that no database bears the name (it was
/// dropped): then the incoming one takes it, and nothing is kept.
class Swapped : public step::Step {
 public:
  Swapped(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  struct Names {
    std::optional<std::int64_t> live;
    std::optional<std::int64_t> incoming;
    std::optional<std::int64_t> kept;
  };

  bool alone() const { return live_oid_ == -1; }
  bool isSwapped(const Names& now, std::int64_t incoming_oid) const;
  bool isUntouched(const Names& now) const;
  std::string inWords(const Names& now) const;
  core::CheckResult look(core::Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const;

  Environment environment_;
  std::string name_;
  std::string incoming_;
  std::string kept_;
  std::int64_t incoming_oid_;
  std::int64_t live_oid_;
  std::string system_;
  std::string instead_;  // what holds the database from before, where it is not kept
  double milliseconds_ = -1;
  std::int64_t transaction_ = 0;  // rows of a later one were written after the swap
};

}  // namespace restore
