#pragma once

#include <map>

#include "lib/service/environment.hpp"

namespace service {

/// Event `images.fetched` {services, command, run}: the images of compose services were pulled or
/// built: "pull", "build", "build --no-cache", or by the configured build command of a service.
/// Nothing runs from them yet; what the names meant before is noted by `images.noted`.
class ImagesFetched : public step::Step {
 public:
  ImagesFetched(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override;

 private:
  void fetch(const config::ServiceSettings& service);

  Environment environment_;
  std::vector<std::string> names_;
  std::vector<std::string> words_;
  std::string run_;
  bool done_ = false;
};

/// Event `images.noted` {services}: the journal has the digest of the image that each container was
/// made from. Undone by `images.named`.
class ImagesNoted : public step::Step {
 public:
  ImagesNoted(Environment environment, const core::Json& arguments);
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override { return "digests of the present images are noted"; }
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json&, core::Progress&) override {}
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override { return {}; }

 private:
  Environment environment_;
  std::vector<std::string> names_;
};

/// Goal `images.named` {service, images}: each name means the image with this digest, on the engine
/// of a service.
class ImagesNamed : public step::Step {
 public:
  ImagesNamed(Environment environment, const core::Json& arguments);
  std::string title() const override { return "image names mean what they did before"; }
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  std::string imageOf(const std::string& name);

  Environment environment_;
  std::string service_;
  std::map<std::string, std::string> images_;  // digest by name
};

/// Goal `restart-policy.set` {service, policy}: the containers of a compose service have this
/// restart policy. The compose file is not changed; the next `up -d` goes by it.
class RestartPolicy : public step::Step {
 public:
  RestartPolicy(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  const config::ServiceSettings& service() const;

  Environment environment_;
  std::string name_;
  std::string policy_;
};

/// Makes the containers of compose services anew from the present files and images, without
/// starting them. Those that fit already are left as they are.
void makeContainers(const Environment& environment, const std::vector<std::string>& names,
                    core::Progress& progress);

}  // namespace service
