#include "lib/core/cancel.hpp"

#include "lib/core/error.hpp"

namespace core {

void Cancellation::check() const {
  if (!requested()) return;
  if (cause() == Stop::time_limit) throw Error(Kind::timed_out, "the time limit has passed");
  throw Error(Kind::interrupted, "interrupted");
}

}  // namespace core
