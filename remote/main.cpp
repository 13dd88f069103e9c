// sotctl-remote: the half of sotctl that works on another host. It serves that host's files to the
// other half on its standard streams, until they end. Nothing listens, nothing stays.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/version.hpp"
#include "lib/remote/server.hpp"

namespace {

class StandardInput : public core::Source {
 public:
  std::size_t read(std::span<char> block) override {
    while (true) {
      const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw adapters::trouble("can't read standard input", errno);
    }
  }
};

class StandardOutput : public core::Sink {
 public:
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) throw adapters::trouble("can't write standard output", errno);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc == 2 ? argv[1] : "";
  if (word == "--version") {
    std::puts(core::version());
    return 0;
  }
  if (word != "serve") {
    std::fputs("sotctl-remote: sotctl starts it on other hosts; nothing for people\n", stderr);
    return core::exitStatus(core::Kind::usage);
  }
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  try {
    const core::Cancellation cancellation;
    adapters::DiskFiles files;
    adapters::DiskTrees trees(cancellation);
    StandardInput in;
    StandardOutput out;
    remote::serve(files, trees, in, out);
    return 0;
  } catch (const core::Error& error) {
    std::fprintf(stderr, "sotctl-remote: %s\n", error.what());
    return core::exitStatus(error.kind());
  }
}
