#include "lib/doctor/outcome.hpp"

#include "lib/ports/sql.hpp"

namespace doctor {

core::CheckResult passed(std::string id, std::string subject, std::string found) {
  return {std::move(id), std::move(subject), core::Outcome::pass, std::move(found), {}, {}};
}

core::CheckResult warned(std::string id, std::string subject, std::string found, std::string hint) {
  return {std::move(id),  std::move(subject), core::Outcome::warn, std::move(found), {},
          std::move(hint)};
}

core::CheckResult failed(std::string id, std::string subject, std::string found, std::string hint) {
  return {std::move(id),  std::move(subject), core::Outcome::fail, std::move(found), {},
          std::move(hint)};
}

core::CheckResult skipped(std::string id, std::string subject, std::string why) {
  return {std::move(id), std::move(subject), core::Outcome::skip, std::move(why), {}, {}};
}

core::CheckResult unknown(std::string id, std::string subject, std::string why, std::string hint) {
  return {std::move(id),  std::move(subject), core::Outcome::unknown, std::move(why), {},
          std::move(hint)};
}

core::CheckResult fromError(std::string id, std::string subject, const core::Error& error) {
  const auto* sql = dynamic_cast<const ports::SqlError*>(&error);
  const bool answered = sql != nullptr && !sql->sqlstate().empty();
  const bool silent =
      error.kind() == core::Kind::unreachable || error.kind() == core::Kind::timed_out;
  return {std::move(id),
          std::move(subject),
          answered || silent ? core::Outcome::fail : core::Outcome::unknown,
          error.what(),
          {},
          error.hint()};
}

core::CheckResult checked(const std::string& id, const std::string& subject,
                          const std::function<core::CheckResult()>& look) {
  try {
    return look();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return fromError(id, subject, error);
  }
}

}  // namespace doctor
