#pragma once

namespace core {

/// This program's version: "0.1.0".
const char* version();

}  // namespace core
