#pragma once

#include "lib/core/cancel.hpp"
#include "lib/ports/http.hpp"

namespace adapters {

/// HTTP and HTTPS through libcurl. Goes straight to the server: no proxy, no .netrc, nothing from
/// the environment. For any number of threads. Further error: interrupted.
class CurlHttp : public ports::Http {
 public:
  explicit CurlHttp(core::Cancellation& cancellation);
  ports::HttpResponse send(const ports::HttpRequest& request) override;

 private:
  core::Cancellation& cancellation_;
};

}  // namespace adapters
