#include "lib/adapters/tree_root.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace adapters {
namespace {

/// Length of "/proc/ID/root"; 0 for another path.
std::size_t viewLength(const std::string& root) {
  constexpr std::size_t kId = 6;
  const auto view = root.find("/root", kId);
  const bool is_view = root.starts_with("/proc/") && view != std::string::npos && view > kId &&
                       root.find_first_not_of("0123456789", kId) == view &&
                       (root.size() == view + 5 || root[view + 5] == '/');
  return is_view ? view + 5 : 0;
}

}  // namespace

bool isView(const std::string& root) { return viewLength(root) != 0; }

Descriptor openRoot(const std::string& root, int flags) {
  Descriptor from;
  std::string path = root;
  if (const std::size_t length = viewLength(root); length != 0) {
    from = Descriptor(open(root.substr(0, length).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!from.open()) return {};
    path = root.substr(std::min(length + 1, root.size()));
    if (path.empty()) path = ".";
  }
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const int start = from.open() ? from.number() : AT_FDCWD;
  const long number = syscall(SYS_openat2, start, path.c_str(), &how, sizeof how);
  return number < 0 ? Descriptor() : Descriptor(static_cast<int>(number));
}

}  // namespace adapters
