#include "lib/permissions/mounts.hpp"

#include <cerrno>

#include "lib/permissions/labels.hpp"
#include "tests/catch.hpp"
#include "tests/unit/permissions/ground.hpp"

using Catch::Matchers::Contains;
using permissions::Finding;

namespace {

constexpr const char* kMounts =
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
    "90 22 254:0 / /usr ro,relatime master:1 - ext4 /dev/vda rw\n"
    "91 22 0:44 / /opt/netbox/media rw,relatime shared:3 - nfs4 filer:/media\\040one rw,vers=4.2\n"
    "no mount\n";

permissions::Person confined(std::map<std::string, std::string> sandbox) {
  return {"application", "netbox", {990, 990, {}}, 4711, "netbox", std::move(sandbox)};
}

}  // namespace

TEST_CASE("mounts are read as the kernel lists them", "[permissions]") {
  const auto mounts = permissions::parseMounts(kMounts);
  REQUIRE(mounts.size() == 3);
  CHECK(permissions::mountOf(mounts, "/usr/bin")->read_only);
  CHECK_FALSE(permissions::mountOf(mounts, "/usrlocal")->read_only);
  CHECK(permissions::mountOf(mounts, "/opt/netbox/media/a")->source == "filer:/media one");
  CHECK(permissions::mountOf({}, "/") == nullptr);
}

TEST_CASE("the property that denies a write is named", "[permissions]") {
  Ground ground;
  ground.fake.files.put("/proc/4711/mountinfo", "22 1 254:0 / / ro,relatime - ext4 /dev/vda rw\n");
  const auto says = [&](std::map<std::string, std::string> sandbox, const char* path, int error) {
    return permissions::causeOf(ground.fake.files, confined(std::move(sandbox)), path, error);
  };
  CHECK_THAT(says({{"ProtectSystem", "strict"}}, "/opt/x", EROFS),
             Contains("ProtectSystem=strict") && Contains("ReadWritePaths"));
  CHECK_THAT(says({{"ProtectSystem", "full"}}, "/opt/x", EROFS), !Contains("ProtectSystem"));
  CHECK_THAT(says({{"ProtectSystem", "strict"}, {"ReadWritePaths", "/opt"}}, "/opt/x", EROFS),
             Contains("mounted read-only") && !Contains("ProtectSystem"));
  CHECK_THAT(says({{"ReadOnlyPaths", "/srv -/opt"}}, "/opt/x", EROFS), Contains("ReadOnlyPaths"));
  CHECK_THAT(says({{"ProtectHome", "yes"}}, "/home/a", EACCES), Contains("ProtectHome=yes"));
  CHECK_THAT(says({{"InaccessiblePaths", "/opt"}}, "/opt", EACCES), Contains("InaccessiblePaths"));
  CHECK_THAT(says({{"PrivateTmp", "yes"}}, "/tmp/a", ENOENT), Contains("PrivateTmp"));
  CHECK_THAT(says({}, "/opt/x", EPERM), Contains("immutable"));
  CHECK_THAT(says({}, "/opt/x", ENOENT), Contains("does not see it"));
  auto person = confined({});
  person.confinement = "netbox (enforce)";
  CHECK_THAT(permissions::causeOf(ground.fake.files, person, "/opt/x", EACCES),
             Contains("netbox (enforce)"));
}

TEST_CASE("media on another host's disks is told, and a user that changes", "[permissions]") {
  Ground ground;
  ground.fake.files.put("/proc/self/mountinfo", kMounts);
  ground.facts.people.all[0].sandbox = {{"DynamicUser", "yes"}};
  const auto found = permissions::lookBeside(ground.site, ground.media());
  REQUIRE(found.size() == 2);
  CHECK_THAT(found[0].found, Contains("filer:/media one") && Contains("root_squash"));
  CHECK_THAT(found[1].found, Contains("DynamicUser"));
}

TEST_CASE("labels that restorecon would change are a finding, with the command", "[permissions]") {
  Ground ground;
  ground.fake.files.put("/sys/fs/selinux/enforce", "1");
  ground.facts.people.all[0].confinement = "system_u:system_r:httpd_t:s0";
  ground.fake.shell.on("restorecon -nvR -- /opt/netbox/media")
      .says(
          "Would relabel /opt/netbox/media/a b.jpg from unconfined_u:object_r:usr_t:s0 to "
          "system_u:object_r:httpd_sys_rw_content_t:s0\nother words\n");
  ground.fake.shell.on("journalctl *")
      .says(
          "type=AVC msg=audit(1.2:3): avc:  denied  { write } for  pid=1 comm=\"gunicorn\" "
          "name=\"media\" scontext=system_u:system_r:httpd_t:s0 tclass=dir\n"
          "type=AVC msg=audit(1.2:3): avc:  denied  { write } for  comm=\"x\" "
          "scontext=system_u:system_r:other_t:s0 tclass=dir\n");
  const auto found = permissions::lookBeside(ground.site, ground.media());
  REQUIRE(found.size() == 2);
  CHECK_THAT(found[0].found, Contains("1 thing has another SELinux label"));
  CHECK(found[0].wanted == "restorecon -Rv /opt/netbox/media");
  CHECK(found[0].samples == std::vector<std::string>{"/opt/netbox/media/a b.jpg"});
  CHECK_THAT(found[1].found, Contains("{ write }") && Contains("gunicorn"));
}

TEST_CASE("a security module that can't be asked is unknown", "[permissions]") {
  Ground ground;
  ground.fake.files.put("/sys/fs/selinux/enforce", "1");
  ground.fake.shell.on("restorecon *").fails({core::Kind::not_found, "no program restorecon"});
  const auto found = permissions::lookBeside(ground.site, ground.media());
  REQUIRE(found.size() == 1);
  CHECK(found[0].outcome == core::Outcome::unknown);
}

TEST_CASE("denials of AppArmor are known by the profile", "[permissions]") {
  const auto found = permissions::parseDenials(
      "audit: type=1400 audit(1:2): apparmor=\"DENIED\" operation=\"mknod\" profile=\"netbox\" "
      "name=\"/opt/netbox/media/a\" pid=1\n"
      "audit: type=1400 audit(1:2): apparmor=\"DENIED\" operation=\"open\" profile=\"cups\"\n"
      "audit: type=1400 audit(1:2): apparmor=\"ALLOWED\" operation=\"open\" profile=\"netbox\"\n",
      {"netbox"});
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Contains("/opt/netbox/media/a"));
}
