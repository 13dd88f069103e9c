#pragma once

#include <functional>
#include <list>
#include <mutex>

#include "lib/core/cancel.hpp"
#include "lib/core/error.hpp"
#include "lib/ports/http.hpp"
#include "tests/fakes/complaints.hpp"

namespace fakes {

/// What one expected request gets. By default status 200 without a body, once.
class RouteScript {
 public:
  using Doing = std::function<ports::HttpResponse(const ports::HttpRequest&)>;

  RouteScript& gives(int status, std::string body = {});
  RouteScript& header(const std::string& lower_case_name, std::string value);
  RouteScript& fails(core::Error error);
  RouteScript& does(Doing doing);
  RouteScript& times(int count);
  RouteScript& always();

 private:
  friend class FakeHttp;
  std::string method_;
  std::string url_;
  ports::HttpResponse response_{.status = 200, .headers = {}, .body = {}};
  Doing doing_;
  Uses uses_;
};

/// Fails the test on a request that was not expected and on one that did not come. Several threads
/// may use it.
class FakeHttp : public ports::Http {
 public:
  explicit FakeHttp(const core::Cancellation& cancellation) : cancellation_(cancellation) {}
  ~FakeHttp() override;
  /// Expects a request; `*` in the address stands for any text.
  RouteScript& on(std::string method, std::string url);
  const std::vector<ports::HttpRequest>& requests() const { return requests_; }
  Complaints& complaints() { return complaints_; }
  ports::HttpResponse send(const ports::HttpRequest& request) override;

 private:
  const core::Cancellation& cancellation_;
  std::mutex mutex_;
  std::list<RouteScript> routes_;
  std::vector<ports::HttpRequest> requests_;
  Complaints complaints_;
};

}  // namespace fakes
