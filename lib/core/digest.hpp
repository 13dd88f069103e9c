#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"

namespace core {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
/// SHA-256 as 32 bytes.
std::string sha256Bytes(std::string_view bytes);

/// A running SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// The digest of everything added; call once.
  std::string hex();
  /// The same as 32 bytes; one of the two is called, once.
  std::string bytes();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace core
