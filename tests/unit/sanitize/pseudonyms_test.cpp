#include "lib/sanitize/pseudonyms.hpp"

#include <map>
#include <set>

#include "tests/catch.hpp"

namespace {

using sanitize::Format;

const std::string kKey(32, 'k');

std::string give(Format format, std::string_view value, const std::string& key = kKey) {
  static std::map<std::string, sanitize::Pseudonyms> all;
  auto known = all.find(key);
  if (known == all.end()) known = all.emplace(key, sanitize::Pseudonyms(key)).first;
  std::string to;
  known->second.apply(format, value, to);
  return to;
}

std::string shape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c >= '0' && c <= '9'   ? '0'
              : c >= 'a' && c <= 'z' ? 'a'
              : c >= 'A' && c <= 'Z' ? 'A'
                                     : c;
  }
  return result;
}

}  // namespace

TEST_CASE("a short space is permuted whole, and nothing stays", "[sanitize][pseudonyms]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string value = std::to_string(1000 + i).substr(1);
    const std::string result = give(Format::text, value);
    CHECK(shape(result) == "000");
    CHECK(result != value);
    seen.insert(result);
  }
  CHECK(seen.size() == 1000);
  std::set<std::string> letters;
  for (char c = 'a'; c <= 'z'; ++c) {
    letters.insert(give(Format::text, std::string(1, c)));
    CHECK(give(Format::text, std::string(1, c)) != std::string(1, c));
  }
  CHECK(letters.size() == 26);
}

TEST_CASE("shape, case and what stands between stay", "[sanitize][pseudonyms]") {
  for (const std::string value :
       {"SNLAB-4711-AA", "dmi01-akron-rtr01", "(AT) 0001/x", "x", "Ab1 cD2"}) {
    const std::string result = give(Format::text, value);
    CHECK(shape(result) == shape(value));
    CHECK(result != value);
    CHECK(give(Format::text, value) == result);
    // One letter has few others to become.
    if (value.size() > 1) CHECK(give(Format::text, value, std::string(32, 'o')) != result);
  }
}

TEST_CASE("case alone never tells two pseudonyms apart", "[sanitize][pseudonyms]") {
  const std::string lower = give(Format::text, "rtr01-ams");
  const std::string upper = give(Format::text, "RTR01-AMS");
  std::string folded = upper;
  for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  CHECK(folded == lower);
}

TEST_CASE("a name and its slug keep fitting together", "[sanitize][pseudonyms]") {
  std::string slug = give(Format::text, "Akron Site 1");
  for (char& c : slug) c = static_cast<char>(c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? c + 32 : c);
  CHECK(slug == give(Format::text, "akron-site-1"));
}

TEST_CASE("letters beyond ASCII get pseudonyms that are valid text", "[sanitize][pseudonyms]") {
  std::set<std::string> seen;
  for (const std::string value : {"Hélène", "Jürgen", "Łukasz", "Ямал", "東京都"}) {
    const std::string result = give(Format::text, value);
    CHECK(result.size() == value.size());
    CHECK(result != value);
    seen.insert(result);
  }
  CHECK(seen.size() == 5);
  CHECK(give(Format::text, "bad \xc3").size() == 5);
}

TEST_CASE("host names fit domain names label by label", "[sanitize][pseudonyms]") {
  const std::string host = give(Format::hostname, "sw00001");
  CHECK(give(Format::hostname, "if0.sw00001.corp.example").find("." + host + ".") !=
        std::string::npos);
}

TEST_CASE("mail of the copy goes nowhere", "[sanitize][pseudonyms]") {
  const std::string once = give(Format::email, "jane.doe@corp.example");
  CHECK(once.ends_with(".invalid"));
  CHECK(once.find('@') == 8);
  const std::string twice = give(Format::email, once);
  CHECK(twice.size() == once.size());
  CHECK(twice != once);
}

TEST_CASE("hardware addresses are one value in each notation", "[sanitize][pseudonyms]") {
  const std::string colons = give(Format::mac, "02:aa:bb:cc:dd:0e");
  const std::string bare = give(Format::mac, "02AABBCCDD0E");
  std::string joined;
  for (const char c : colons) {
    if (c != ':') joined += static_cast<char>(c >= 'a' ? c - 32 : c);
  }
  CHECK(joined == bare);
  const auto before = *sanitize::parseHardwareAddress("02:aa:bb:cc:dd:0e", 12);
  const auto after = *sanitize::parseHardwareAddress(colons, 12);
  CHECK((before >> 40 & 3) == (after >> 40 & 3));
  CHECK(give(Format::mac_vendor, "00:1a:2b:3c:4d:5e").starts_with("00:1a:2b:"));
  CHECK(give(Format::mac_vendor, "00:1a:2b:3c:4d:5e") != "00:1a:2b:3c:4d:5e");
  CHECK(give(Format::wwn, "50:01:43:80:12:34:56:78").starts_with("5"));
  std::set<std::string> seen;
  for (int i = 0; i < 5000; ++i) {
    char text[18];
    std::snprintf(text, sizeof text, "02:00:00:00:%02x:%02x", i / 256, i % 256);
    seen.insert(give(Format::mac, text));
  }
  CHECK(seen.size() == 5000);
}

TEST_CASE("addresses keep their prefixes and stay in their ranges", "[sanitize][pseudonyms]") {
  const auto bits = [](const std::string& text) { return *sanitize::parseAddress(text); };
  const auto shared = [](const sanitize::Address& a, const sanitize::Address& b) {
    int count = 0;
    while (count < a.bits() && ((a.bytes[static_cast<std::size_t>(count / 8)] ^
                                 b.bytes[static_cast<std::size_t>(count / 8)]) >>
                                    (7 - count % 8) &
                                1) == 0)
      ++count;
    return count;
  };
  const std::string a = give(Format::ip, "10.1.2.3/24");
  const std::string b = give(Format::ip, "10.1.2.77/24");
  const std::string net = give(Format::prefix, "10.1.2.0/24");
  CHECK(a.starts_with("10."));
  CHECK(a.ends_with("/24"));
  CHECK(shared(bits(a), bits(b)) == shared(bits("10.1.2.3"), bits("10.1.2.77")));
  CHECK(shared(bits(a), bits(net)) >= 24);
  CHECK(net.ends_with(".0/24"));
  CHECK(give(Format::ip, "2001:db8::1/64").starts_with("2001:db8:"));
  CHECK(give(Format::ip, "192.168.7.9").starts_with("192.168."));
  CHECK(give(Format::ip, "172.16.0.1").starts_with("172."));
  std::set<std::string> seen;
  for (int i = 0; i < 4096; ++i)
    seen.insert(
        give(Format::ip, "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
  CHECK(seen.size() == 4096);
  CHECK(give(Format::ip, "no address") != "no address");
}

TEST_CASE("no key leaves a prefix as it was, however short", "[sanitize][pseudonyms]") {
  for (int number = 0; number < 64; ++number) {
    std::string key = kKey;
    key[0] = static_cast<char>(number);
    for (const std::string value :
         {"10.0.0.0/9", "10.128.0.0/9", "10.0.0.0/10", "172.16.0.0/13", "192.168.128.0/17",
          "198.18.0.0/16", "100.64.0.0/11", "12.0.0.0/8", "fc00::/8", "fd00::/8", "2001:db8::/33",
          "2a00::/12"}) {
      const auto address = *sanitize::parseAddress(value);
      CHECK(give(Format::prefix, value, key) != value);
      CHECK(give(Format::prefix, value, key).ends_with("/" + std::to_string(address.length)));
    }
  }
}

TEST_CASE("ranges keep their order and length", "[sanitize][pseudonyms]") {
  sanitize::Pseudonyms pseudonyms(kKey);
  std::string start;
  std::string end;
  pseudonyms.apply(Format::ip, "10.0.0.10/24", start);
  pseudonyms.shift(Format::ip, "10.0.0.10/24", "10.0.0.20/24", end);
  const auto number = [](const std::string& text) {
    const auto address = *sanitize::parseAddress(text);
    return address.bytes[0] << 24 | address.bytes[1] << 16 | address.bytes[2] << 8 |
           address.bytes[3];
  };
  CHECK(number(end) - number(start) == 10);
}

TEST_CASE("numbers of networks stay in their class", "[sanitize][pseudonyms]") {
  const int asn = std::stoi(give(Format::asn, "65001"));
  CHECK((asn >= 64512 && asn <= 65534));
  CHECK(give(Format::asn, "65001") != "65001");
  CHECK(std::stol(give(Format::asn, "4200000001")) >= 4200000000);
  CHECK(give(Format::rd, "65001:100").find(':') == 5);
  CHECK(give(Format::rd, "65001:100").size() == 9);
  std::set<std::string> seen;
  for (int i = 64512; i <= 65534; ++i) seen.insert(give(Format::asn, std::to_string(i)));
  CHECK(seen.size() == 1023);
}

TEST_CASE("places move by some kilometres", "[sanitize][pseudonyms]") {
  const std::string moved = give(Format::coordinate, "40.689249");
  CHECK(moved != "40.689249");
  CHECK(std::abs(std::stod(moved) - 40.689249) < 0.11);
  CHECK(moved.size() == 9);
  CHECK(give(Format::coordinate, "-74.044500").starts_with("-7"));
}

TEST_CASE("names for sorting are filled as NetBox fills them", "[sanitize][pseudonyms]") {
  std::string to;
  sanitize::naturalize("dmi01-akron-rtr01", 100, to);
  CHECK(to == "dmi00000001-akron-rtr00000001");
}
