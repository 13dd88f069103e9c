#include "lib/core/digest.hpp"

#include "tests/catch.hpp"

// The two examples of FIPS 180-2, appendix B.1 and the empty message.
TEST_CASE("SHA-256 gives the published digests") {
  CHECK(core::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(core::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a digest does not depend on how the bytes came") {
  core::Sha256 digest;
  digest.add("a");
  core::Sha256 moved = std::move(digest);
  moved.add("");
  moved.add("bc");
  CHECK(moved.hex() == core::sha256("abc"));
}
