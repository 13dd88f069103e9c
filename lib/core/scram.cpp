#include "lib/core/scram.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/base64.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"

namespace core {
namespace {

constexpr std::size_t kKeyBytes = 32;  // of SHA-256

}  // namespace

std::string scramVerifier(const Secret& password, std::string_view salt, int iterations) {
  const std::string& clear = password.reveal();
  const bool plain = !clear.empty() && std::all_of(clear.begin(), clear.end(),
                                                   [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain) {
    throw Error(Kind::undetermined, "the password has other characters than printable ASCII",
                "Set it by hand with \\password in psql.");
  }
  const auto salted = pbkdf2Sha256(clear, salt, iterations, kKeyBytes);
  return fmt::format("SCRAM-SHA-256${}:{}${}:{}", iterations, base64(salt),
                     base64(sha256Bytes(hmacSha256(salted, "Client Key"))),
                     base64(hmacSha256(salted, "Server Key")));
}

}  // namespace core
