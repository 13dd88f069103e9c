#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace core {

using CipherBlock = std::array<std::uint8_t, 16>;

/// A keyed pseudo-random permutation of blocks: AES-256. For one thread; copies are cheap enough to
/// give each thread its own.
class BlockCipher {
 public:
  /// Exactly 32 bytes of key.
  explicit BlockCipher(std::string_view key);
  ~BlockCipher();
  BlockCipher(BlockCipher&&) noexcept;
  BlockCipher& operator=(BlockCipher&&) noexcept;
  /// Encrypts `count` blocks in place, each by itself.
  void encrypt(CipherBlock* blocks, std::size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 32 bytes.
std::string hmacSha256(std::string_view key, std::string_view text);
/// `bytes` bytes of PBKDF2 with HMAC-SHA-256.
std::string pbkdf2Sha256(std::string_view password, std::string_view salt, int iterations,
                         std::size_t bytes);
/// Bytes that nobody can guess.
std::string randomBytes(std::size_t count);

std::string toHex(std::string_view bytes);

}  // namespace core
