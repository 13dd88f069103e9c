#include "lib/core/error.hpp"

namespace core {

int exitStatus(Kind kind) {
  switch (kind) {
    case Kind::unexpected:
      return 1;
    case Kind::usage:
      return 2;
    case Kind::configuration:
      return 3;
    case Kind::not_found:
      return 4;
    case Kind::refused:
      return 5;
    case Kind::locked:
      return 6;
    case Kind::unreachable:
      return 7;
    case Kind::denied:
      return 8;
    case Kind::timed_out:
      return 9;
    case Kind::failed_check:
      return 10;
    case Kind::corrupt:
      return 11;
    case Kind::incomplete:
      return 12;
    case Kind::undetermined:
      return 13;
    case Kind::interrupted:
      return 130;
  }
  return 1;
}

const char* kindName(Kind kind) {
  switch (kind) {
    case Kind::unexpected:
      return "unexpected";
    case Kind::usage:
      return "usage";
    case Kind::configuration:
      return "configuration";
    case Kind::not_found:
      return "not_found";
    case Kind::refused:
      return "refused";
    case Kind::locked:
      return "locked";
    case Kind::unreachable:
      return "unreachable";
    case Kind::denied:
      return "denied";
    case Kind::timed_out:
      return "timed_out";
    case Kind::failed_check:
      return "failed_check";
    case Kind::corrupt:
      return "corrupt";
    case Kind::incomplete:
      return "incomplete";
    case Kind::undetermined:
      return "undetermined";
    case Kind::interrupted:
      return "interrupted";
  }
  return "unexpected";
}

}  // namespace core
