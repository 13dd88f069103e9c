#pragma once

#include <functional>
#include <memory>

#include "lib/service/environment.hpp"
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
  /// `run`: that had running jobs waited for before, and new ones not taken; empty: none had.
  Quiet(ports::World& world, const config::Instance& instance, std::shared_ptr<EndOfQuiet> end,
        std::string run)
      : Stopped(world, instance),
        end_(std::move(end)),
        run_(std::move(run)),
        service_{world, instance} {}
  ~Quiet() override {
    if (opened_) *end_ = nullptr;
  }

  void apply(const core::Json& before, core::Progress& progress) override;
  void close(const core::Json& before, core::Progress& progress) override;

 private:
  void end(const core::Json& before, core::Progress& progress);

  std::shared_ptr<EndOfQuiet> end_;
  std::string run_;
  service::Environment service_;
  bool opened_ = false;  // by this object, so that the end is its own
};

}  // namespace backup
