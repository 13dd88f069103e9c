#pragma once

#include <functional>
#include <string>

#include "lib/core/check.hpp"
#include "lib/core/error.hpp"

namespace doctor {

core::CheckResult passed(std::string id, std::string subject, std::string found);
core::CheckResult warned(std::string id, std::string subject, std::string found, std::string hint);
core::CheckResult failed(std::string id, std::string subject, std::string found, std::string hint);
core::CheckResult skipped(std::string id, std::string subject, std::string why);
core::CheckResult unknown(std::string id, std::string subject, std::string why, std::string hint);

/// What an error says of the thing that was asked: fail where that thing itself answered or did not
/// (refused login, no such database, nothing listens), unknown where something on our side kept us
/// from asking (no right to a file or account, a program that is not installed).
core::CheckResult fromError(std::string id, std::string subject, const core::Error& error);

/// `look`, or what the error that it throws says. Lets an interrupt through.
core::CheckResult checked(const std::string& id, const std::string& subject,
                          const std::function<core::CheckResult()>& look);

}  // namespace doctor
