#include "lib/core/scram.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "lib/core/error.hpp"

namespace core {
namespace {

constexpr int kKeyBytes = 32;  // of SHA-256

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string base64(std::string_view raw) {
  std::string text(4 * ((raw.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(bytesOf(text), bytesOf(raw), static_cast<int>(raw.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string hmac(std::string_view key, std::string_view message) {
  std::string out(kKeyBytes, '\0');
  unsigned int length = kKeyBytes;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(message), message.size(),
           bytesOf(out), &length) == nullptr) {
    throw std::logic_error("HMAC with SHA-256 is not available in this OpenSSL");
  }
  return out;
}

std::string hash(std::string_view message) {
  std::string out(kKeyBytes, '\0');
  unsigned int length = kKeyBytes;
  EVP_Digest(message.data(), message.size(), bytesOf(out), &length, EVP_sha256(), nullptr);
  return out;
}

}  // namespace

std::string scramVerifier(const Secret& password, std::string_view salt, int iterations) {
  const std::string& clear = password.reveal();
  const bool plain = !clear.empty() && std::all_of(clear.begin(), clear.end(),
                                                   [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain) {
    throw Error(Kind::undetermined, "the password has other characters than printable ASCII",
                "Set it by hand with \\password in psql.");
  }
  std::string salted(kKeyBytes, '\0');
  if (PKCS5_PBKDF2_HMAC(clear.data(), static_cast<int>(clear.size()), bytesOf(salt),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(), kKeyBytes,
                        bytesOf(salted)) != 1) {
    throw std::logic_error("PBKDF2 with SHA-256 is not available in this OpenSSL");
  }
  return fmt::format("SCRAM-SHA-256${}:{}${}:{}", iterations, base64(salt),
                     base64(hash(hmac(salted, "Client Key"))), base64(hmac(salted, "Server Key")));
}

std::string randomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(bytesOf(bytes), static_cast<int>(count)) != 1) {
    throw std::logic_error("OpenSSL has no random bytes");
  }
  return bytes;
}

}  // namespace core
