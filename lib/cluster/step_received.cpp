#include <fmt/format.h>

#include <regex>

#include "lib/cluster/history.hpp"
#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(60);

class Received : public step::Step {
 public:
  Received(Environment environment, const core::Json& arguments)
      : environment_(environment),
        from_(arguments.at("from").get<std::string>()),
        to_(arguments.at("to").get<std::string>()) {}

  /// An event: its proof is measured in each run, and stands in the report.
  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override {
    return fmt::format("node {} has everything that {} wrote, up to its last record", to_, from_);
  }

  step::Observation observe(const core::Json* before) override {
    const Node from = environment_.look(from_);
    const Node to = environment_.look(to_);
    if (from.answers() && from.role != Role::standby) {
      return to.role == Role::primary
                 ? step::blocked(look(Outcome::fail, "both servers take writes"))
                 : step::observed(look(Outcome::skip, "after the stop"));
    }
    if (to.role == Role::primary) return proofAfterwards(from, to);
    if (from.role != Role::stopped || from.control->state != "shut down") {
      return step::blocked(
          look(Outcome::fail, fmt::format("{} did not shut down cleanly: {}", from_,
                                          from.control ? from.control->state : from.why)));
    }
    if (from.system != to.system) {
      return step::blocked(look(Outcome::fail, "they are not copies of one cluster"));
    }
    end_ = shutdownEnd(*from.control);
    received_ = to.received;
    const bool all = received_ && *received_ >= *end_ && to.replayed && *to.replayed >= *end_;
    const std::string words =
        fmt::format("{} ends at {}, {} has received up to {}", from_, end_->text(), to_,
                    received_ ? received_->text() : "nothing");
    return step::observed(look(all && before != nullptr ? Outcome::pass : Outcome::fail, words));
  }

  /// Nothing can be made: what is on its way arrives, or it does not.
  void apply(const core::Json& before, core::Progress& progress) override {
    waitFor(environment_.world, kLimit,
            [&] { return observe(&before).verdict == step::Verdict::satisfied; });
    if (end_ && received_) {
      progress.say(fmt::format("{} ends at {}, {} has received up to {}", from_, end_->text(), to_,
                               received_->text()));
    }
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  core::Json results() const override {
    if (!end_ || !received_) return core::Json::object();
    return {{"shutdown_end_lsn", end_->text()}, {"received_lsn", received_->text()}};
  }
  std::vector<std::string> manual() const override {
    return {"pg_controldata  # on " + from_ + ": Latest checkpoint location",
            "psql -c 'SELECT pg_last_wal_receive_lsn()'  # on " + to_ + ": beyond that record"};
  }

 private:
  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check(
        "node.received", "node " + to_, outcome, found, title(),
        fmt::format("`sotctl run abort` starts {} again; then look at the stream.", from_));
  }

  /// Once it is promoted: its own history says where it left the log of the other one. That one may
  /// be a standby again: then it follows from there.
  step::Observation proofAfterwards(const Node& from, const Node& to) {
    const auto past = readHistory(*environment_.connect(to_), to.timeline);
    if (from.role != Role::stopped) {
      return step::observed(look(from.role == Role::standby ? Outcome::pass : Outcome::unknown,
                                 from.role == Role::standby ? "promoted, and followed" : from.why));
    }
    const auto left = leftAt(past, from.timeline);
    if (from.timeline == to.timeline) {
      return step::observed(look(Outcome::pass, "promoted, and followed"));
    }
    const Lsn end = shutdownEnd(*from.control);
    if (!left || *left < end) {
      return step::blocked(look(
          Outcome::fail, fmt::format("{} was promoted at {}, and the log of {} ends at {}", to_,
                                     left ? left->text() : "an unknown place", from_, end.text())));
    }
    end_ = end;
    received_ = left;
    return step::observed(look(Outcome::pass, fmt::format("promoted at {}, {} ends at {}",
                                                          left->text(), from_, end.text())));
  }

  /// The end of the last record of a server that was stopped: its checkpoint's place and length.
  Lsn shutdownEnd(const ControlFile& control) {
    const config::NodeSettings& node = environment_.node(from_);
    const Server server(environment_, node);
    if (!control.checkpoint) {
      throw core::Error(core::Kind::undetermined,
                        fmt::format("the control file of {} names no checkpoint", from_));
    }
    auto command = server.program(
        "pg_waldump", {"--path", node.data + "/pg_wal", "--start", control.checkpoint->text(),
                       "--timeline", std::to_string(control.timeline), "--limit", "1"});
    command.mutates = false;
    const auto outcome = server.run(command);
    static const std::regex kTotal(R"(len \(rec/tot\):\s*\d+/\s*(\d+),)");
    std::smatch found;
    if (!outcome.ok() || !std::regex_search(outcome.out, found, kTotal) ||
        outcome.out.find("CHECKPOINT_SHUTDOWN") == std::string::npos) {
      throw core::Error(
          core::Kind::undetermined,
          fmt::format("the last record of {} could not be read: {}", from_, outcome.inWords()));
    }
    return endOfRecord(*control.checkpoint, std::stoull(found[1].str()), control.layout);
  }

  Environment environment_;
  std::string from_;
  std::string to_;
  std::optional<Lsn> end_;
  std::optional<Lsn> received_;
};

}  // namespace

void registerReceived(step::Registry& registry, const Environment& environment) {
  add<Received>(registry, "node.received", environment);
}

}  // namespace cluster
