#pragma once

#include <libpq-fe.h>

#include <memory>

#include "lib/core/cancel.hpp"
#include "lib/ports/sql.hpp"

namespace adapters {

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using RawConnection = std::unique_ptr<PGconn, FinishConnection>;

/// Removes the variables from which libpq takes defaults, so that only the target counts.
void forgetLibpqEnvironment();

/// A connection that is logged in, without session settings.
/// Errors: as SqlServer::connect, and interrupted.
RawConnection logIn(const ports::SqlTarget& target, const core::Cancellation& cancellation);

}  // namespace adapters
