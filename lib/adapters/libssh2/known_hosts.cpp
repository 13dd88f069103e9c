#include <libssh2.h>

#include "lib/adapters/libssh2/handle.hpp"
#include "lib/adapters/libssh2/known_hosts.hpp"

namespace adapters {
namespace {

struct KeyType {
  int mask;
  const char* method;
};

constexpr KeyType kFit[] = {{LIBSSH2_KNOWNHOST_KEY_ED25519, "ssh-ed25519"},
                            {LIBSSH2_KNOWNHOST_KEY_ECDSA_256, "ecdsa-sha2-nistp256"},
                            {LIBSSH2_KNOWNHOST_KEY_ECDSA_384, "ecdsa-sha2-nistp384"},
                            {LIBSSH2_KNOWNHOST_KEY_ECDSA_521, "ecdsa-sha2-nistp521"}};

}  // namespace

KnownHosts::KnownHosts(LIBSSH2_SESSION* session, const Ssh2Target& target)
    : hosts_(libssh2_knownhost_init(session)), host_(target.host), port_(target.port) {
  for (const std::string& file : target.known_hosts) {
    // A file that isn't there knows nobody.
    libssh2_knownhost_readfile(hosts_, file.c_str(), LIBSSH2_KNOWNHOST_FILE_OPENSSH);
  }
}

KnownHosts::~KnownHosts() { libssh2_knownhost_free(hosts_); }

int KnownHosts::checkName(const std::string& name, const char* key, std::size_t length,
                          int type) const {
  return libssh2_knownhost_check(hosts_, name.c_str(), key, length,
                                 LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW | type,
                                 nullptr);
}

/// As OpenSSH 9.2 does: under the name with its port, and only if that is not there, without.
int KnownHosts::check(const char* key, std::size_t length, int type) const {
  if (port_ != 22) {
    const std::string name = "[" + host_ + "]:" + std::to_string(port_);
    const int found = checkName(name, key, length, type);
    if (found != LIBSSH2_KNOWNHOST_CHECK_NOTFOUND) return found;
  }
  return checkName(host_, key, length, type);
}

bool KnownHosts::has(int type) const {
  return check("x", 1, type) == LIBSSH2_KNOWNHOST_CHECK_MISMATCH;
}

std::string KnownHosts::methods() const {
  std::string methods;
  for (const KeyType& type : kFit) {
    if (has(type.mask)) methods += (methods.empty() ? "" : ",") + std::string(type.method);
  }
  return methods;
}

bool KnownHosts::any() const { return has(0); }

std::string allFitMethods() {
  std::string methods;
  for (const KeyType& type : kFit)
    methods += (methods.empty() ? "" : ",") + std::string(type.method);
  return methods;
}

int knownHostType(int key_type) {
  switch (key_type) {
    case LIBSSH2_HOSTKEY_TYPE_ED25519:
      return LIBSSH2_KNOWNHOST_KEY_ED25519;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_256:
      return LIBSSH2_KNOWNHOST_KEY_ECDSA_256;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_384:
      return LIBSSH2_KNOWNHOST_KEY_ECDSA_384;
    case LIBSSH2_HOSTKEY_TYPE_ECDSA_521:
      return LIBSSH2_KNOWNHOST_KEY_ECDSA_521;
    case LIBSSH2_HOSTKEY_TYPE_RSA:
      return LIBSSH2_KNOWNHOST_KEY_SSHRSA;
    default:
      return LIBSSH2_KNOWNHOST_KEY_UNKNOWN;
  }
}

KnownKeys knownKeys(const Ssh2Target& target) {
  useSsh2();
  LIBSSH2_SESSION* session = libssh2_session_init();
  KnownKeys found = KnownKeys::none;
  {
    const KnownHosts hosts(session, target);
    if (!hosts.methods().empty()) {
      found = KnownKeys::fit;
    } else if (hosts.any()) {
      found = KnownKeys::unfit;
    }
  }
  libssh2_session_free(session);
  return found;
}

}  // namespace adapters
