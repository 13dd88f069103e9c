#include "lib/service/main_process.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;

TEST_CASE("code that was replaced under a process is seen in its mappings") {
  const char* const kMaps =
      "7f1 r-xp 00000000 08:01 12 /opt/netbox/venv/lib/psycopg.so (deleted)\n"
      "7f1 r-xp 00001000 08:01 12 /opt/netbox/venv/lib/psycopg.so (deleted)\n"
      "7f2 rw-p 00000000 08:01 13 /opt/netbox/data (deleted)\n"
      "7f3 r-xp 00000000 00:01 14 /memfd:jit (deleted)\n"
      "7f4 r-xp 00000000 08:01 15 /usr/lib/libc.so.6\n"
      "7f5 r-xp 00000000 00:00 0 [vdso]\n";
  CHECK(deletedMappings(kMaps) == std::vector<std::string>{"/opt/netbox/venv/lib/psycopg.so"});
}

TEST_CASE("listening sockets are read in the kernel's own form") {
  // Linux 6.18, /proc/net/tcp and tcp6.
  const auto four = parseListeners(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode\n"
      "   0: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 "
      "4711 1 0 100 0 0 10 0\n"
      "   1: 0100007F:1F41 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   999        0 "
      "4712 1 0 20 4 30 10 -1\n");
  REQUIRE(four.size() == 1);
  CHECK(four[0].address == "127.0.0.1:8001");
  CHECK(four[0].inode == "4711");
  const auto six = parseListeners(
      "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000     0        0 99 1 0 100 0 0 10 0\n");
  REQUIRE(six.size() == 1);
  CHECK(six[0].address == "[::]:80");
}

TEST_CASE("a process that is not there is nothing, and what it hides is named") {
  fakes::FakeWorld fake;
  std::vector<std::string> unseen;
  CHECK_FALSE(lookAtProcess(fake.files, 812, unseen));
  fake.files.put("/proc/stat", "btime 1795301000\n");
  fake.files.put("/proc/sys/kernel/random/boot_id", "0123456789\n");
  fake.files.put("/proc/812/stat",
                 "812 (python3) S 1 812 812 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5000 0 0\n");
  fake.files.put("/proc/812/cmdline", std::string("python3\0manage.py\0", 18));
  fake.files.putLink("/proc/812/exe", "/opt/netbox-4.1/venv/bin/python3 (deleted)");
  fake.files.putLink("/proc/812/cwd", "/opt/netbox-4.1/netbox");
  fake.files.put("/proc/812/maps", "");
  const auto process = lookAtProcess(fake.files, 812, unseen);
  REQUIRE(process);
  CHECK(process->executable == "/opt/netbox-4.1/venv/bin/python3");
  CHECK(process->executable_deleted);
  CHECK(process->folder == "/opt/netbox-4.1/netbox");
  CHECK_FALSE(process->folder_deleted);
  CHECK(process->started == core::Time(std::chrono::seconds(1795301050)));
  CHECK(unseen.empty());
}
