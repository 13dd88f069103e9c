#include "lib/backup/set_id.hpp"

#include "lib/core/text.hpp"

namespace backup {
namespace {

constexpr std::size_t kRunLength = 21;  // "20261121T030012Z-4f1c"
constexpr std::size_t kPersonLength = 16;
constexpr std::size_t kTextLength = 32;
constexpr std::size_t kLongest = kRunLength + 1 + kPersonLength + 1 + kTextLength;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return c >= 'a' && c <= 'z'; }

bool isRunId(std::string_view name) {
  if (name.size() != kRunLength) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool right = i == 8    ? c == 'T'
                       : i == 15 ? c == 'Z'
                       : i == 16 ? c == '-'
                                 : isDigit(c) || (i > 16 && c >= 'a' && c <= 'f');
    if (!right) return false;
  }
  return true;
}

/// Words of letters and digits with one "-" between them; cut at a word's end if it has one early
/// enough.
std::string slug(std::string_view text, std::size_t longest) {
  std::string words;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (isLetter(c) || isDigit(c)) {
      words += c;
    } else if (!words.empty() && words.back() != '-') {
      words += '-';
    }
  }
  if (words.size() > longest) {
    const auto end = words.rfind('-', longest);
    words.resize(end != std::string::npos && end > longest / 2 ? end : longest);
  }
  while (!words.empty() && words.back() == '-') words.pop_back();
  return words;
}

}  // namespace

bool isSetId(std::string_view name) {
  if (!isRunId(name.substr(0, kRunLength)) || name.size() > kLongest) return false;
  if (name.size() == kRunLength) return true;
  if (name[kRunLength] != '-' || name.back() == '-') return false;
  for (std::size_t i = kRunLength; i < name.size(); ++i) {
    const bool dash = name[i] == '-';
    if (!dash && !isLetter(name[i]) && !isDigit(name[i])) return false;
    if (dash && name[i - 1] == '-') return false;
  }
  return true;
}

std::string setId(const std::string& run, std::string_view person, std::string_view description) {
  std::string id = run;
  if (core::trim(description).empty()) return id;
  for (const std::string& part : {slug(person, kPersonLength), slug(description, kTextLength)}) {
    if (!part.empty()) id += "-" + part;
  }
  return id;
}

std::string runOf(const std::string& set) { return set.substr(0, kRunLength); }

}  // namespace backup
