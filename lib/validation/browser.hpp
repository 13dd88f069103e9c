#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/core/secret.hpp"
#include "lib/ports/http.hpp"

namespace validation {

/// What a person's browser does, as far as a login needs it: keeps cookies for one site, follows
/// redirections by itself, fills in a form.
class Browser {
 public:
  /// `base`: "https://netbox.example.org"; what a cookie is for does not leave it.
  Browser(ports::Http& http, std::string base) : http_(http), base_(std::move(base)) {}

  struct Page {
    std::string url;  // after redirections
    ports::HttpResponse response;
    bool elsewhere = false;  // it was sent to another site, which was not asked
  };
  /// Follows redirections within the site. Errors: failed_check (they go in a circle), as Http.
  Page get(const std::string& url);
  /// Sends a form as that page's own, and follows.
  Page post(const std::string& url,
            const std::vector<std::pair<std::string, core::Secret>>& fields);
  bool hasCookie(const std::string& name) const { return cookies_.contains(name); }

 private:
  ports::HttpResponse send(ports::HttpRequest request);
  Page follow(std::string url, ports::HttpResponse response);

  ports::Http& http_;
  std::string base_;
  std::map<std::string, core::Secret> cookies_;
};

/// The value of a form's field in a page ("csrfmiddlewaretoken"); empty if it has none.
std::string fieldValue(const std::string& page, const std::string& name);
/// Whether the page has a field of that name.
bool hasField(const std::string& page, const std::string& name);
/// Addresses below /static/ that a page names, each once.
std::vector<std::string> staticFiles(const std::string& page);

}  // namespace validation
