#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/core/json.hpp"
#include "lib/ports/trees.hpp"

namespace remote {

/// What a request gives: words to be sent as JSON, and bytes.
struct Reply {
  core::Json words = core::Json::object();
  std::string bytes{};
};

/// The requests about trees. A walk goes on by itself, as far as a few blocks ahead of who reads
/// it.
class TreeServer {
 public:
  explicit TreeServer(ports::Trees& trees);
  ~TreeServer();

  /// `name` without "trees.". Errors: corrupt (no such request), those of the trees.
  Reply answer(const std::string& name, const core::Json& request);

 private:
  class Walking;
  Reply look(const std::string& name, const core::Json& request);
  Reply walk(const std::string& name, const core::Json& request);
  Reply act(const std::string& name, const core::Json& request);

  ports::Trees& trees_;
  int last_ = 0;
  std::map<int, std::unique_ptr<Walking>> walks_;
};

}  // namespace remote
