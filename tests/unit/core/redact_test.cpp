#include "lib/core/redact.hpp"

#include "tests/catch.hpp"

TEST_CASE("values behind names of secrets are hidden, quoted or not") {
  CHECK(core::redacted("password=abc123 user=ada") == "password=*** user=ada");
  CHECK(core::redacted("'PASSWORD': 'a b', 'HOST': 'db'") == "'PASSWORD': ***, 'HOST': 'db'");
  CHECK(core::redacted("SECRET_KEY = \"x y\"") == "SECRET_KEY = ***");
  CHECK(core::redacted("Authorization: Token 0123abcd") == "Authorization: Token ***");
  CHECK(core::redacted("GET /?token=abc&x=1") == "GET /?token=***&x=1");
}

TEST_CASE("a password in an address is hidden") {
  CHECK(core::redacted("connecting to redis://:geheim@cache:6379/0") ==
        "connecting to redis://:***@cache:6379/0");
  CHECK(core::redacted("postgres://netbox:a@b@db/netbox") == "postgres://netbox:***@db/netbox");
  CHECK(core::redacted("http://localhost:8001/login/") == "http://localhost:8001/login/");
}

TEST_CASE("known secrets are hidden wherever they stand, and ordinary words stay") {
  CHECK(core::redacted("said geheim99 aloud", {core::Secret("geheim99")}) == "said *** aloud");
  CHECK(core::redacted("a", {core::Secret("a")}) == "a");
  CHECK(core::redacted("FATAL: password authentication failed for user \"netbox\"") ==
        "FATAL: password authentication failed for user \"netbox\"");
}
