#include "lib/service/certificate.hpp"

#include <fmt/format.h>

#include <array>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {

std::optional<core::Time> parseEndDate(std::string_view text) {
  constexpr std::string_view kFront = "notAfter=";
  if (!text.starts_with(kFront)) return std::nullopt;
  std::vector<std::string> words;
  for (auto& word : core::split(core::trim(text.substr(kFront.size())), ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (words.size() != 5 || words[4] != "GMT") return std::nullopt;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (words[0] != kMonths[month]) continue;
    return core::parseUtc(
        fmt::format("{}-{:02}-{:0>2}T{}Z", words[3], month + 1, words[1], words[2]));
  }
  return std::nullopt;
}

core::Time certificateEnd(ports::World& world, const std::string& host, int port,
                          const std::string& name) {
  using namespace std::chrono_literals;
  const std::string address = fmt::format("{}:{}", host, port);
  const auto shown =
      world.shell.run({.argv = {"openssl", "s_client", "-connect", address, "-servername", name},
                       .limit = 15s,
                       .mutates = false});
  if (shown.out.find("BEGIN CERTIFICATE") == std::string::npos) {
    throw core::Error(core::Kind::unreachable,
                      fmt::format("{} shows no certificate: {}", address, shown.inWords()));
  }
  const auto read = world.shell.run(
      {.argv = {"openssl", "x509", "-noout", "-enddate"}, .limit = 15s, .mutates = false},
      shown.out);
  if (const auto end = parseEndDate(read.out)) return *end;
  throw core::Error(core::Kind::undetermined,
                    "the end of its certificate can't be read: " + read.inWords());
}

}  // namespace service
