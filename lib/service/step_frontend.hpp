#pragma once

#include "lib/service/environment.hpp"

namespace service {

/// Guard `frontend.spare` {host}: while this frontend is restarted another one serves. Observed
/// again just before: the last healthy frontend is never stopped.
class FrontendSpare : public step::Step {
 public:
  FrontendSpare(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json&, core::Progress&) override {}
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string host_;
};

/// Guard `code.fits` {host, accepted}: the code that a start on this host would run knows what the
/// database has, and nothing more is to be migrated. So no old code is started on a newer schema,
/// nor new code on an old one. Refusal `frontend-code`, where it can't be determined.
class CodeFits : public step::Step {
 public:
  CodeFits(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json&, core::Progress&) override {}
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string host_;
  bool accepted_;
};

}  // namespace service
