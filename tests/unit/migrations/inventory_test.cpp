#include "lib/migrations/inventory.hpp"

#include "lib/migrations/own_answer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/migrations/sample_code.hpp"

using migrations::Inventory;
using migrations::Key;
using migrations::Start;
using migrations::stateName;

namespace {

Inventory inventory(const migrations::Code& code, const std::set<Key>& rows) {
  return migrations::takeInventory({"test", rows, {}, {}}, code);
}

std::string state(const Inventory& inventory, const Key& key) {
  const auto* line = inventory.find(key);
  return line == nullptr ? "none" : stateName(line->state);
}

/// A squash of two, one migration behind it, and a second application.
SampleCode sample() {
  SampleCode code;
  code.add("dcim", "0001_a");
  code.add("dcim", "0002_b", {{"dcim", "0001_a"}});
  code.add("dcim", "0001_a_squashed_0002_b", {}, {{"dcim", "0001_a"}, {"dcim", "0002_b"}});
  code.add("dcim", "0003_c", {{"dcim", "0002_b"}});
  code.add("ipam", "0001_x", {{"dcim", "0003_c"}});
  return code;
}

const Key kSquash{"dcim", "0001_a_squashed_0002_b"};

}  // namespace

TEST_CASE("a squash is told by what of it is applied") {
  const SampleCode code = sample();
  CHECK(state(inventory(code, {}), kSquash) == "unapplied");
  const auto part = inventory(code, {{"dcim", "0001_a"}});
  CHECK(state(part, kSquash) == "partly squashed");
  CHECK(state(part, {"dcim", "0001_a"}) == "applied");
  CHECK(state(part, {"dcim", "0002_b"}) == "unapplied");
  const auto all = inventory(code, {{"dcim", "0001_a"}, {"dcim", "0002_b"}});
  CHECK(state(all, kSquash) == "squashed");
  CHECK(state(all, {"dcim", "0001_a"}) == "replaced");
  CHECK(state(all, {"dcim", "0003_c"}) == "unapplied");
}

TEST_CASE("rows that the code does not have are newer, former, strangers or renumbered") {
  SampleCode code = sample();
  code.add("ipam", "0002_host_index", {{"ipam", "0001_x"}}).operations = {
      {"AddIndex", "ipaddress", "ipam_host"}};
  const auto found = inventory(code, {{"dcim", "0001_a"},
                                      {"dcim", "0002_b"},
                                      {"dcim", "0004_z"},
                                      {"gone", "0001_initial"},
                                      {"ipam", "0009_host_index"}});
  CHECK(state(found, {"dcim", "0004_z"}) == "newer");
  CHECK(state(found, {"gone", "0001_initial"}) == "stranger");
  CHECK(state(found, {"ipam", "0009_host_index"}) == "renumbered");
}

TEST_CASE("what showmigrations says is compared by mark and by order") {
  const SampleCode code = sample();
  const auto own = inventory(code, {{"dcim", "0001_a"}, {"dcim", "0002_b"}});
  const auto differences = [&](const std::string& text) {
    return migrations::compareShown(migrations::readShown(text, "x"), own).differences;
  };
  const std::string head = "[X]  dcim.0001_a_squashed_0002_b\n";
  CHECK(differences(head + "[ ]  dcim.0003_c\n[ ]  ipam.0001_x\n").empty());
  CHECK(differences("[-]  dcim.0001_a_squashed_0002_b\n[ ]  dcim.0003_c\n[ ]  ipam.0001_x\n")
            .empty());
  CHECK(differences(head + "[ ]  ipam.0001_x\n[ ]  dcim.0003_c\n") ==
        std::vector<std::string>{"the order of the plan is another one"});
  CHECK(differences(head + "[X]  dcim.0003_c\n[ ]  ipam.0001_x\n") ==
        std::vector<std::string>{"dcim.0003_c is applied for showmigrations, here unapplied"});
  CHECK(differences(head + "[ ]  dcim.0003_c\n") ==
        std::vector<std::string>{"ipam.0001_x is not in showmigrations"});
  CHECK(differences(head + "[ ]  dcim.0003_c\n[ ]  ipam.0001_x\n[ ]  ipam.0002_y\n") ==
        std::vector<std::string>{"ipam.0002_y is only in showmigrations"});
}
