#include "lib/adapters/trouble.hpp"

#include <cerrno>
#include <system_error>

namespace adapters {

std::string errorText(int number) {
  std::string text = std::system_category().message(number);
  // "No space left on device" becomes part of a sentence; "I/O error" stays.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

core::Error trouble(const std::string& deed, int number) {
  const std::string what = deed + ": " + errorText(number);
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return {core::Kind::not_found, what};
    case EACCES:
    case EPERM:
      return {core::Kind::denied, what, "Run this as root (sudo), or as the account that owns it."};
    case EROFS:
      return {core::Kind::denied, what, "Make the file system writable, or use another folder."};
    case ELOOP:
      return {core::Kind::refused, deed + ": it is a link, and a plain file or folder is needed",
              "Name the place that the link leads to."};
    case ENOSPC:
    case EDQUOT:
      return {core::Kind::unexpected, what, "Make room there (see df), then try again."};
    default:
      return {core::Kind::unexpected, what};
  }
}

}  // namespace adapters
