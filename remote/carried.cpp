#include "remote/carried.hpp"

// The assembler takes the file in; a text of its bytes would cost the compiler minutes.
__asm__(
    ".section .rodata\n"
    ".global sotctl_remote_begin\n"
    ".global sotctl_remote_end\n"
    "sotctl_remote_begin:\n"
    ".incbin \"" SOTCTL_REMOTE_PROGRAM
    "\"\n"
    "sotctl_remote_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const char sotctl_remote_begin[];
extern const char sotctl_remote_end[];
}

namespace remote {

std::string_view carried() {
  return {sotctl_remote_begin, static_cast<std::size_t>(sotctl_remote_end - sotctl_remote_begin)};
}

}  // namespace remote
