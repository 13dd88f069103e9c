#include "lib/core/scram.hpp"

#include "lib/core/cipher.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using core::Secret;

TEST_CASE("what PostgreSQL keeps of a password is made as it makes it") {
  // User, password and salt of RFC 7677, section 3; the keys by Python 3.11's hashlib.
  const std::string salt = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
  CHECK(core::scramVerifier(Secret("pencil"), salt) ==
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

TEST_CASE("a password that would have to be normalised is not guessed at") {
  CHECK_THROWS_AS(core::scramVerifier(Secret("pässword"), "0123456789abcdef"), core::Error);
  CHECK_THROWS_AS(core::scramVerifier(Secret(""), "0123456789abcdef"), core::Error);
}

TEST_CASE("random bytes are other ones each time") {
  CHECK(core::randomBytes(16).size() == 16);
  CHECK(core::randomBytes(16) != core::randomBytes(16));
}
