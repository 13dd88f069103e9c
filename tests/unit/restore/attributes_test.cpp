#include "lib/restore/attributes.hpp"

#include "lib/core/json.hpp"
#include "tests/catch.hpp"

TEST_CASE("what is noted of a database comes back as it was") {
  restore::Attributes attributes;
  attributes.settings[{"", "search_path"}] = "\"$user\", public";
  attributes.settings[{"odd role", "work_mem"}] = "8MB";
  attributes.rights = {{"", "CONNECT", false}, {"odd role", "CREATE", true}};
  attributes.connection_limit = 17;
  attributes.comment = "don't touch";
  CHECK(restore::attributesFromJson(core::Json::parse(restore::toJson(attributes).dump())) ==
        attributes);
  CHECK(restore::attributesFromJson(restore::toJson({})) == restore::Attributes{});
}
