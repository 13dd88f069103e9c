#include "lib/core/cipher.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace core {
namespace {

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct BlockCipher::State {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_CIPHER_CTX_free(context); }
};

BlockCipher::BlockCipher(std::string_view key) : state_(std::make_unique<State>()) {
  if (key.size() != 32) throw std::logic_error("a key of the wrong length");
  if (EVP_EncryptInit_ex(state_->context, EVP_aes_256_ecb(), nullptr, bytesOf(key), nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(state_->context, 0) != 1) {
    throw std::logic_error("OpenSSL does not start AES-256");
  }
}

BlockCipher::~BlockCipher() = default;
BlockCipher::BlockCipher(BlockCipher&&) noexcept = default;
BlockCipher& BlockCipher::operator=(BlockCipher&&) noexcept = default;

void BlockCipher::encrypt(CipherBlock* blocks, std::size_t count) {
  int done = 0;
  const int bytes = static_cast<int>(count * sizeof(CipherBlock));
  if (EVP_EncryptUpdate(state_->context, blocks->data(), &done, blocks->data(), bytes) != 1 ||
      done != bytes) {
    throw std::logic_error("OpenSSL does not encrypt");
  }
}

std::string hmacSha256(std::string_view key, std::string_view text) {
  std::string digest(32, '\0');
  unsigned int length = 32;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(text), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &length) == nullptr) {
    throw std::logic_error("OpenSSL does not digest");
  }
  return digest;
}

std::string pbkdf2Sha256(std::string_view password, std::string_view salt, int iterations,
                         std::size_t bytes) {
  std::string result(bytes, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytesOf(salt),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(),
                        static_cast<int>(bytes),
                        reinterpret_cast<unsigned char*>(result.data())) != 1) {
    throw std::logic_error("OpenSSL does not derive");
  }
  return result;
}

std::string randomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::logic_error("OpenSSL has no random bytes");
  }
  return bytes;
}

std::string toHex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace core
