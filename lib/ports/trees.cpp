#include "lib/ports/trees.hpp"

#include <stdexcept>

namespace ports {

bool isBegun(const AttributeChange& change, const Attributes& now) {
  const Attributes& from = change.from;
  const Attributes& to = change.to;
  const bool has_acl = !from.access_acl.empty() || !to.access_acl.empty();
  return now.type == from.type && (now.uid == from.uid || now.uid == to.uid) &&
         (now.gid == from.gid || now.gid == to.gid) &&
         (now.mode == from.mode || now.mode == to.mode || now.mode == (from.mode & to.mode)) &&
         (has_acl || now.access_acl.empty());
}

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
