#include "lib/validation/browser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace validation {
namespace {

constexpr int kRedirects = 8;

std::string urlEncoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string originOf(const std::string& url) {
  const auto scheme = url.find("://");
  return scheme == std::string::npos ? "" : url.substr(0, url.find('/', scheme + 3));
}

/// Where a Location leads from a page.
std::string resolved(const std::string& from, const std::string& to) {
  if (to.starts_with("http://") || to.starts_with("https://")) return to;
  if (to.starts_with("//")) return from.substr(0, from.find(':')) + ":" + to;
  if (to.starts_with('/')) return originOf(from) + to;
  return from.substr(0, from.find('?')).substr(0, from.rfind('/') + 1) + to;
}

/// The tag around `at`.
std::string_view tagAround(std::string_view page, std::size_t at) {
  const auto begin = page.rfind('<', at);
  const auto end = page.find('>', at);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return page.substr(begin, end - begin);
}

std::string attribute(std::string_view tag, const std::string& name) {
  for (const char quote : {'"', '\''}) {
    const std::string mark = name + "=" + quote;
    const auto at = tag.find(mark);
    if (at == std::string_view::npos) continue;
    const auto from = at + mark.size();
    return std::string(tag.substr(from, tag.find(quote, from) - from));
  }
  return {};
}

std::string_view tagOf(const std::string& page, const std::string& name) {
  for (const char quote : {'"', '\''}) {
    const auto at = page.find(fmt::format("name={0}{1}{0}", quote, name));
    if (at != std::string::npos) return tagAround(page, at);
  }
  return {};
}

}  // namespace

ports::HttpResponse Browser::send(ports::HttpRequest request) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : cookies_) pairs.push_back(name + "=" + value.reveal());
  if (!pairs.empty()) request.headers["Cookie"] = core::Secret(core::join(pairs, "; "));
  auto response = http_.send(request);
  // The port gives them one per line.
  const auto set = response.headers.find("set-cookie");
  const std::string cookies = set == response.headers.end() ? "" : set->second;
  for (const std::string& cookie : core::split(cookies, '\n')) {
    const auto equals = cookie.find('=');
    if (equals == std::string::npos) continue;
    const std::string name(core::trim(std::string_view(cookie).substr(0, equals)));
    const auto end = cookie.find(';', equals);
    const std::string value = cookie.substr(equals + 1, end - equals - 1);
    if (value.empty() || value == "\"\"") {
      cookies_.erase(name);
    } else {
      cookies_[name] = core::Secret(value);
    }
  }
  return response;
}

Browser::Page Browser::follow(std::string url, ports::HttpResponse response) {
  std::set<std::string> seen;
  for (int hops = 0; response.status >= 300 && response.status < 400; ++hops) {
    const auto place = response.headers.find("location");
    if (place == response.headers.end()) break;
    const std::string next = resolved(url, place->second);
    if (originOf(next) != originOf(base_)) return {next, std::move(response), true};
    if (hops == kRedirects || !seen.insert(next).second) {
      throw core::Error(core::Kind::failed_check,
                        fmt::format("{} is redirected in a circle", core::printable(next)));
    }
    ports::HttpRequest request;
    request.url = next;
    response = send(request);
    url = next;
  }
  return {url, std::move(response), false};
}

Browser::Page Browser::get(const std::string& url) {
  ports::HttpRequest request;
  request.url = url;
  return follow(url, send(request));
}

Browser::Page Browser::post(const std::string& url,
                            const std::vector<std::pair<std::string, core::Secret>>& fields) {
  ports::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.mutates = true;
  request.headers["Content-Type"] = core::Secret("application/x-www-form-urlencoded");
  request.headers["Referer"] = core::Secret(url);  // Django asks for it over https
  std::vector<std::string> pairs;
  for (const auto& [name, value] : fields) {
    pairs.push_back(urlEncoded(name) + "=" + urlEncoded(value.reveal()));
  }
  request.body = core::join(pairs, "&");
  return follow(url, send(request));
}

bool hasField(const std::string& page, const std::string& name) {
  return !tagOf(page, name).empty();
}

std::string fieldValue(const std::string& page, const std::string& name) {
  return attribute(tagOf(page, name), "value");
}

std::vector<std::string> staticFiles(const std::string& page) {
  std::vector<std::string> found;
  for (const char* name : {"href", "src"}) {
    for (const char quote : {'"', '\''}) {
      const std::string mark = fmt::format("{}={}", name, quote);
      for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
        const auto from = at + mark.size();
        std::string url = page.substr(from, page.find(quote, from) - from);
        const bool is = url.find("/static/") != std::string::npos;
        if (is && std::find(found.begin(), found.end(), url) == found.end()) {
          found.push_back(std::move(url));
        }
      }
    }
  }
  return found;
}

}  // namespace validation
