#include "lib/ports/trees.hpp"

#include <stdexcept>

namespace ports {

const char* changedName(Changed changed) {
  switch (changed) {
    case Changed::done:
      return "done";
    case Changed::already:
      return "already";
    case Changed::gone:
      return "gone";
    case Changed::other:
      return "other";
    case Changed::unsafe:
      return "unsafe";
  }
  throw std::logic_error("no such result of a change");
}

}  // namespace ports
