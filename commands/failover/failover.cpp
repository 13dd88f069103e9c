#include "commands/failover/failover.hpp"

namespace commands {

Noun failoverNoun() {
  return {"failover",
          "the servers of a database: who is primary, what would stop a switchover, and doing it",
          {failoverStatus(), failoverCheck(), failoverFrontend(), failoverDatabase(),
           failoverBack(), failoverRejoin()}};
}

}  // namespace commands
