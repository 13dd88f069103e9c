#pragma once

#include <functional>
#include <memory>

#include "lib/service/stopped.hpp"

namespace backup {

/// What the writing of a set calls once it needs the quiet no more: the snapshot is taken, and the
/// files are copied. Empty while no bracket is open.
using EndOfQuiet = std::function<void()>;

/// Bracket: application and workers rest while a set begins, so that database and files are of one
/// moment. What ran starts again as soon as the snapshot is taken and the files are copied, while
/// pg_dump goes on; closing makes sure of it.
class Quiet : public service::Stopped {
 public:
  Quiet(ports::World& world, const config::Instance& instance, std::shared_ptr<EndOfQuiet> end)
      : Stopped(world, instance), end_(std::move(end)) {}
  ~Quiet() override {
    if (opened_) *end_ = nullptr;
  }

  void apply(const core::Json& before, core::Progress& progress) override;
  void close(const core::Json& before, core::Progress& progress) override;

 private:
  std::shared_ptr<EndOfQuiet> end_;
  bool opened_ = false;  // by this object, so that the end is its own
};

}  // namespace backup
