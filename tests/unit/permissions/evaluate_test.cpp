#include "lib/permissions/evaluate.hpp"

#include "lib/core/error.hpp"
#include "lib/permissions/acl.hpp"
#include "tests/catch.hpp"

using permissions::AclTag;
using permissions::evaluate;
using ports::Attributes;
using ports::FileType;
using ports::Identity;

namespace {

const Identity kNetbox{990, 990, {33}};

Attributes folder(unsigned mode, unsigned uid, unsigned gid) {
  return {FileType::folder, mode, uid, gid};
}

/// user::rwx, user:990:rw-, group::r--, group:33:rwx, mask, other::---
Attributes withAcl(unsigned mask) {
  Attributes thing = folder(0770, 0, 0);
  thing.access_acl = permissions::aclValue({{AclTag::owner, 7, 0},
                                            {AclTag::user, 6, 990},
                                            {AclTag::group, 4, 0},
                                            {AclTag::named_group, 7, 33},
                                            {AclTag::mask, mask, 0},
                                            {AclTag::other, 0, 0}});
  return thing;
}

}  // namespace

TEST_CASE("the owner's entry decides for the owner, even where the group may more",
          "[permissions]") {
  CHECK(evaluate(folder(0770, 990, 0), kNetbox, "rwx").allowed);
  const auto verdict = evaluate(folder(0070, 990, 990), kNetbox, "r");
  CHECK_FALSE(verdict.allowed);
  CHECK(verdict.entry == "user::---");
}

TEST_CASE("supplementary groups count", "[permissions]") {
  CHECK(evaluate(folder(0750, 0, 33), kNetbox, "rx").allowed);
  CHECK_FALSE(evaluate(folder(0750, 0, 33), kNetbox, "w").allowed);
  CHECK_FALSE(evaluate(folder(0707, 0, 33), kNetbox, "r").allowed);
  CHECK(evaluate(folder(0705, 0, 44), kNetbox, "rx").allowed);
}

TEST_CASE("a named user's entry comes before groups, and the mask limits both", "[permissions]") {
  CHECK(evaluate(withAcl(7), kNetbox, "rw").allowed);
  CHECK_FALSE(evaluate(withAcl(7), kNetbox, "x").allowed);
  const auto limited = evaluate(withAcl(4), kNetbox, "rw");
  CHECK_FALSE(limited.allowed);
  CHECK(limited.entry == "user:990:rw- limited by mask::r--");
  CHECK(evaluate(withAcl(7), Identity{5, 5, {33}}, "rwx").allowed);
  CHECK_FALSE(evaluate(withAcl(5), Identity{5, 5, {33}}, "rwx").allowed);
  CHECK_FALSE(evaluate(withAcl(7), Identity{5, 5, {}}, "r").allowed);
}

TEST_CASE("root may everything but execute what nobody may", "[permissions]") {
  CHECK(evaluate(folder(0, 990, 990), Identity{}, "rwx").allowed);
  Attributes file{FileType::file, 0644, 990, 990};
  CHECK_FALSE(evaluate(file, Identity{}, "x").allowed);
  file.mode = 0645;
  CHECK(evaluate(file, Identity{}, "x").allowed);
}

TEST_CASE("an ACL comes back as it was, and nonsense is corrupt", "[permissions]") {
  const std::string value = withAcl(7).access_acl;
  CHECK(permissions::aclValue(permissions::parseAcl(value)) == value);
  CHECK(permissions::parseAcl("").empty());
  CHECK_THROWS_AS(permissions::parseAcl("12345"), core::Error);
  CHECK_THROWS_AS(permissions::parseAcl(std::string("\3\0\0\0", 4)), core::Error);
}
