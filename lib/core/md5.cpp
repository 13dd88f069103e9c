#include "lib/core/md5.hpp"

// As in digest.cpp: the newer interface loads all of OpenSSL's providers.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>

#include "lib/core/cipher.hpp"

namespace core {

std::string md5(std::string_view bytes) {
  std::string digest(MD5_DIGEST_LENGTH, '\0');
  MD5(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
      reinterpret_cast<unsigned char*>(digest.data()));
  return toHex(digest);
}

}  // namespace core
