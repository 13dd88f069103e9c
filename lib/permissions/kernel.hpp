#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/folding.hpp"
#include "lib/permissions/judge.hpp"

namespace permissions {

/// The kernel's own word beside our evaluation. It is asked for one thing of each kind in each
/// folder that findings are folded into, as each person, in the file system as that person's
/// process sees it: so a read-only mount, a sandbox of the service, an immutable file or a security
/// module shows where the attributes would allow it.
class Kernel {
 public:
  /// `host_files`: where /proc is.
  Kernel(ports::World& world, ports::Files& host_files, const Expectations& expectations)
      : world_(world), host_files_(host_files), expectations_(expectations) {}

  /// Keeps the first thing of each kind, as a question for later.
  void remember(std::size_t person, const std::string& place, const Need* need,
                const std::string& path) {
    questions_.try_emplace({person, place, need}, path);
  }
  /// Whether everybody who needs something below `root` gets there: each folder above it is looked
  /// at. Gives those who don't.
  std::set<std::size_t> lookAbove(const std::string& root, Folding& folding);
  /// Asks, and adds a finding where both disagree. Gives the number of answers.
  std::int64_t ask(Folding& folding);

 private:
  void compare(std::size_t person, const Need& need, const std::string& path,
               const ports::AccessAnswer& answer, Folding& folding) const;

  ports::World& world_;
  ports::Files& host_files_;
  const Expectations& expectations_;
  std::map<std::tuple<std::size_t, std::string, const Need*>, std::string> questions_;
};

}  // namespace permissions
