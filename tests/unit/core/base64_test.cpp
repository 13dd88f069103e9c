#include "lib/core/base64.hpp"

#include "tests/catch.hpp"

TEST_CASE("base64 is that of RFC 4648, section 10") {
  const std::pair<const char*, const char*> kSamples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : kSamples) {
    CHECK(core::base64(plain) == coded);
    CHECK(core::unbase64(coded) == plain);
  }
  CHECK(core::base64(std::string("\xff\x00\xfe", 3)) == "/wD+");
  CHECK_FALSE(core::unbase64("Zg"));
  CHECK_FALSE(core::unbase64("Z!=="));
}
