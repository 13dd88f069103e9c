#include "lib/core/secret.hpp"

#include <fmt/format.h>

#include <sstream>

#include "tests/catch.hpp"

namespace {

template <typename T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};

}  // namespace

TEST_CASE("a secret is only had by asking for it") {
  const core::Secret secret("geheim");
  CHECK(secret.reveal() == "geheim");
  CHECK(fmt::format("{}", format_as(secret)) == "***");
  CHECK_FALSE(Streams<core::Secret>);
  CHECK_FALSE(std::is_convertible_v<core::Secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<std::string, core::Secret>);
  CHECK_FALSE(secret.empty());
  CHECK(core::Secret().empty());
}
