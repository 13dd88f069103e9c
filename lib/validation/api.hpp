#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/checks/kinds.hpp"
#include "lib/core/json.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {

/// Where the application is: the argument `url`, else the configuration's, else where its first
/// probe goes; without a slash at its end. Errors: undetermined (none is known).
std::string baseUrl(const Site& site, const checks::Arguments& arguments);
/// `path` below it; a whole address stays as it is.
std::string urlOf(const Site& site, const checks::Arguments& arguments, const std::string& path);

/// A body of another type than JSON.
struct Body {
  std::string type = "application/json";
  std::string text{};
};

/// The REST API of the instance, asked with its token where one is configured.
class Api {
 public:
  Api(const Site& site, const checks::Arguments& arguments);

  /// Any answer. Errors: unreachable, timed_out, as ports::Http.
  ports::HttpResponse send(const std::string& method, const std::string& path,
                           const Body& body = {}, bool mutates = false);
  /// The JSON of a path. Errors: denied for 401 and 403 in the application's words ("Token
  /// expired"), failed_check for any other status than 2xx, for HTML instead of JSON, for a
  /// redirection; as send().
  core::Json get(const std::string& path);
  core::Json post(const std::string& path, const Body& body);
  void remove(const std::string& path);
  /// All objects of a list, page by page. Errors: as get(); failed_check for pages that never end
  /// (one that comes twice) or for more than `most` objects.
  std::vector<core::Json> list(const std::string& path, std::size_t most = 20000);
  bool hasToken() const { return !token_.empty(); }

 private:
  core::Json json(const std::string& method, const std::string& path, const Body& body,
                  bool mutates);
  const Site& site_;
  std::string base_;
  core::Secret token_;
};

/// Gives what `ask` gives; what the application itself does wrong (unreachable, no answer in time,
/// a wrong answer) is a failure of `subject`. What keeps us from asking stays an error: unknown.
checks::CheckResult answered(const std::string& subject,
                             const std::function<checks::CheckResult()>& ask);

/// What a status of an application means that is none of 2xx, in words: "503 Service Unavailable:
/// the web server has no worker behind it".
std::string statusInWords(const ports::HttpResponse& response);

}  // namespace validation
