#pragma once

#include <functional>
#include <string>

#include "lib/core/error.hpp"

namespace support {

/// The kind of error that `work` ends with, by name ("denied"); "no error" if it ends well.
inline std::string kindOf(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const core::Error& error) {
    return core::kindName(error.kind());
  }
}

}  // namespace support
