#include "lib/core/cancel.hpp"

#include "lib/core/error.hpp"

namespace core {

void Cancellation::check() const {
  if (requested()) throw Error(Kind::interrupted, "interrupted");
}

}  // namespace core
