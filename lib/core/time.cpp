#include "lib/core/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <ctime>

namespace core {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

std::tm brokenDownUtc(Time time) {
  const std::time_t when = std::chrono::floor<seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&when, &parts);
  return parts;
}

struct Unit {
  std::string_view name;
  Duration length;
};

constexpr std::array<Unit, 8> kUnits{{{"ms", std::chrono::milliseconds(1)},
                                      {"min", std::chrono::minutes(1)},
                                      {"s", std::chrono::seconds(1)},
                                      {"m", std::chrono::minutes(1)},
                                      {"h", std::chrono::hours(1)},
                                      {"d", std::chrono::hours(24)},
                                      {"w", std::chrono::hours(24 * 7)},
                                      {"us", std::chrono::microseconds(1)}}};

}  // namespace

std::string formatUtc(Time time) {
  const std::tm parts = brokenDownUtc(time);
  const auto fraction = (time - std::chrono::floor<seconds>(time)).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     fraction);
}

std::optional<Time> parseUtc(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  Duration fraction{0};
  if (*rest == '.') {
    ++rest;
    long scale = 100000;
    for (; std::isdigit(static_cast<unsigned char>(*rest)) != 0; ++rest, scale /= 10) {
      fraction += Duration((*rest - '0') * scale);
    }
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return Time(seconds(timegm(&parts))) + fraction;
}

std::string compactUtc(Time time) {
  const std::tm parts = brokenDownUtc(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string formatLocal(Time time) {
  const std::time_t when = std::chrono::floor<seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&when, &parts);
  std::array<char, 64> text{};
  const std::size_t length =
      std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %Z", &parts);
  return {text.data(), length};
}

std::string formatDuration(Duration duration) {
  if (duration < Duration::zero()) return "-" + formatDuration(-duration);
  const double exact = std::chrono::duration<double>(duration).count();
  if (exact < 0.1) return fmt::format("{:.0f} ms", exact * 1000);
  if (exact < 10) return fmt::format("{:.1f} s", exact);
  const long whole = duration_cast<seconds>(duration + std::chrono::milliseconds(500)).count();
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
}

std::optional<Duration> parseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration total{0};
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) {
      ++digits;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    const long number = std::strtol(std::string(text.substr(0, digits)).c_str(), nullptr, 10);
    text.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters])) != 0) {
      ++letters;
    }
    const std::string_view name = text.substr(0, letters);
    text.remove_prefix(letters);
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (unit.name == name) found = &unit;
    }
    if (found == nullptr) return std::nullopt;
    total += found->length * number;
  }
  return total;
}

}  // namespace core
