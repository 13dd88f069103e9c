#include "tests/fakes/http.hpp"

namespace fakes {

RouteScript& RouteScript::gives(int status, std::string body) {
  response_.status = status;
  response_.body = std::move(body);
  return *this;
}
RouteScript& RouteScript::header(const std::string& lower_case_name, std::string value) {
  response_.headers[lower_case_name] = std::move(value);
  return *this;
}
RouteScript& RouteScript::fails(core::Error error) {
  doing_ = [error](const ports::HttpRequest&) -> ports::HttpResponse { throw error; };
  return *this;
}
RouteScript& RouteScript::does(Doing doing) {
  doing_ = std::move(doing);
  return *this;
}
RouteScript& RouteScript::times(int count) {
  uses_.times(count);
  return *this;
}
RouteScript& RouteScript::always() {
  uses_.always();
  return *this;
}

FakeHttp::~FakeHttp() {
  for (const RouteScript& route : routes_) {
    if (route.uses_.unused()) {
      complaints_.add("this request never came: " + route.method_ + " " + route.url_);
    }
  }
}

RouteScript& FakeHttp::on(std::string method, std::string url) {
  RouteScript& route = routes_.emplace_back();
  route.method_ = std::move(method);
  route.url_ = std::move(url);
  return route;
}

ports::HttpResponse FakeHttp::send(const ports::HttpRequest& request) {
  cancellation_.check();
  const std::lock_guard lock(mutex_);
  for (RouteScript& route : routes_) {
    if (!route.uses_.left() || route.method_ != request.method || !like(request.url, route.url_)) {
      continue;
    }
    route.uses_.use();
    requests_.push_back(request);
    return route.doing_ ? route.doing_(request) : route.response_;
  }
  complaints_.refuse("unexpected request: " + request.method + " " + request.url);
}

}  // namespace fakes
