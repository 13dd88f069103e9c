#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/core/secret.hpp"

namespace ports {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::map<std::string, core::Secret> headers{};
  std::string body{};
  /// For the whole exchange; connecting alone gets at most half of it.
  std::chrono::milliseconds limit{std::chrono::seconds(10)};
  bool follow_redirects = false;
  bool mutates = false;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; the last one wins
  std::string body;                            // at most 8 MiB, over that is an error
};

/// Errors: unreachable (refused, no such name, connection cut), timed_out, denied (certificate).
/// Any status is a response, not an error.
class Http {
 public:
  virtual ~Http() = default;
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

}  // namespace ports
