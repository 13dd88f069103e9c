#include "lib/adapters/curl.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <mutex>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr std::size_t kBodyLimit = 8 << 20;

/// What the callbacks of one exchange work on. Nothing may be thrown through libcurl.
struct Exchange {
  const core::Cancellation& cancellation;
  ports::HttpResponse response{};
  bool too_long = false;
};

std::size_t takeBody(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& exchange = *static_cast<Exchange*>(to);
  exchange.too_long = exchange.response.body.size() + count > kBodyLimit;
  if (exchange.too_long) return 0;
  exchange.response.body.append(bytes, count);
  return count;
}

std::size_t takeHeader(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& exchange = *static_cast<Exchange*>(to);
  const std::string_view line = core::trim({bytes, count});
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    // The next response of a redirection: what came before is over.
    exchange.response.headers.clear();
    exchange.response.body.clear();
  } else if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string& value = exchange.response.headers[name];
    // Cookies can't be joined by a comma (RFC 6265, 3) and each counts: one per line.
    const bool another = name == "set-cookie" && !value.empty();
    value = (another ? value + "\n" : "") + std::string(core::trim(line.substr(colon + 1)));
  }
  return count;
}

int watch(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(of)->cancellation.requested() ? 1 : 0;
}

/// The address without what may be secret in it: login and query.
std::string shownUrl(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return core::printable(url);
  const auto host = scheme + 3;
  const auto end = std::min(url.find('/', host), url.size());
  const auto at = url.substr(0, end).rfind('@');
  std::string shown(url.substr(0, host));
  shown += url.substr(at == std::string_view::npos || at < host ? host : at + 1);
  return core::printable(shown);
}

core::Error explain(const ports::HttpRequest& request, const Exchange& exchange, CURLcode code,
                    const char* detail) {
  const std::string url = shownUrl(request.url);
  const std::string reason = *detail != '\0' ? detail : curl_easy_strerror(code);
  if (exchange.too_long) {
    return {core::Kind::unexpected, fmt::format("the answer of {} is over 8 MiB", url)};
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return {core::Kind::interrupted, fmt::format("interrupted while asking {}", url)};
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {core::Kind::timed_out,
            fmt::format("no answer from {} within {} ms", url, request.limit.count()),
            "See whether the server runs and is not overloaded."};
  }
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
      code == CURLE_SSL_ISSUER_ERROR) {
    return {core::Kind::denied,
            fmt::format("the certificate of {} is not trusted: {}", url, reason),
            "Add the authority that signed it to this host (update-ca-certificates)."};
  }
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
    return {core::Kind::usage, fmt::format("{} is no http or https address", url)};
  }
  if (code == CURLE_TOO_MANY_REDIRECTS || code == CURLE_OUT_OF_MEMORY) {
    return {core::Kind::unexpected, fmt::format("no use in asking {}: {}", url, reason)};
  }
  return {core::Kind::unreachable, fmt::format("can't reach {}: {}", url, reason),
          "See whether the server runs and listens there (ss -ltn)."};
}

using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

List headerLines(const ports::HttpRequest& request) {
  // libcurl would wait for a "100 Continue" before larger bodies.
  curl_slist* lines = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    if (value.reveal().find_first_of("\r\n") != std::string::npos) {
      curl_slist_free_all(lines);
      throw core::Error(core::Kind::usage, fmt::format("the header {} has a line break", name));
    }
    // "Name;" is libcurl's way to send a header without a value.
    const std::string line =
        value.empty() ? name + ";" : fmt::format("{}: {}", name, value.reveal());
    lines = curl_slist_append(lines, line.c_str());
  }
  return {lines, curl_slist_free_all};
}

void setUp(CURL* curl, const ports::HttpRequest& request, Exchange& exchange) {
  const auto limit = static_cast<long>(request.limit.count());
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // also keeps http_proxy and friends away
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, std::max(limit, 1L));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, std::max(limit / 2, 1L));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "sotctl");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, takeBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, takeHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
      request.method == "PATCH") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

}  // namespace

CurlHttp::CurlHttp(core::Cancellation& cancellation) : cancellation_(cancellation) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

ports::HttpResponse CurlHttp::send(const ports::HttpRequest& request) {
  cancellation_.check();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) throw core::Error(core::Kind::unexpected, "libcurl can't be set up");
  Exchange exchange{cancellation_};
  std::string detail(CURL_ERROR_SIZE, '\0');
  const List headers = headerLines(request);
  setUp(curl.get(), request, exchange);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) throw explain(request, exchange, code, detail.c_str());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return exchange.response;
}

}  // namespace adapters
