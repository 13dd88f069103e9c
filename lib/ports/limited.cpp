#include "lib/ports/limited.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "lib/core/error.hpp"

namespace ports {

using Moment = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// Places that are taken and given back.
class Places {
 public:
  explicit Places(std::size_t free) : free_(free) {}
  /// False if none was free until then.
  bool take(milliseconds at_most) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, at_most, [&] { return free_ > 0; })) return false;
    --free_;
    return true;
  }
  void giveBack() {
    const std::lock_guard lock(mutex_);
    ++free_;
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_;
};

class Gate {
 public:
  Gate(std::size_t most_programs, std::size_t most_sessions)
      : programs(most_programs), sessions(most_sessions) {}
  Places programs;
  Places sessions;
};

std::shared_ptr<Gate> makeGate(std::size_t programs, std::size_t sessions) {
  return std::make_shared<Gate>(programs, sessions);
}

namespace {

[[noreturn]] void over() {
  throw core::Error(core::Kind::timed_out, "its time is over",
                    "Give the check more with `limit`, or look at what takes so long.");
}

class Until {
 public:
  Until(Clock& clock, Moment end) : clock_(clock), end_(end) {}
  /// At least a millisecond. Errors: timed_out.
  milliseconds left() const {
    const auto rest = std::chrono::duration_cast<milliseconds>(end_ - clock_.steady());
    if (rest <= milliseconds::zero()) over();
    return rest;
  }
  milliseconds atMost(milliseconds wanted) const { return std::min(wanted, left()); }

 private:
  Clock& clock_;
  Moment end_;
};

/// One place, until it goes.
class Place {
 public:
  Place(Places& places, const Until& until) : places_(places) {
    if (!places_.take(until.left())) over();
  }
  ~Place() { places_.giveBack(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Places& places_;
};

class LimitedShell : public ForwardingShell {
 public:
  LimitedShell(Shell& inner, Until until, std::shared_ptr<Gate> gate)
      : ForwardingShell(inner), until_(until), gate_(std::move(gate)) {}
  Outcome run(const Command& command, const std::string& input) override {
    const Place place(gate_->programs, until_);
    return ForwardingShell::run(limited(command), input);
  }
  std::unique_ptr<Process> start(const Command& command, core::Source* in,
                                 core::Sink* out) override {
    return ForwardingShell::start(limited(command), in, out);
  }

 private:
  Command limited(Command command) const {
    command.limit = until_.atMost(command.limit);
    return command;
  }
  Until until_;
  std::shared_ptr<Gate> gate_;
};

class LimitedSql : public Sql {
 public:
  LimitedSql(std::unique_ptr<Place> place, std::unique_ptr<Sql> inner, Until until)
      : place_(std::move(place)), inner_(std::move(inner)), until_(until) {}
  SqlRows query(std::string_view sql, const std::vector<SqlValue>& parameters) override {
    until_.left();
    return inner_->query(sql, parameters);
  }
  SqlRows execute(std::string_view sql, const std::vector<SqlValue>& parameters) override {
    until_.left();
    return inner_->execute(sql, parameters);
  }
  std::int64_t copyOut(std::string_view sql, core::Sink& sink) override {
    until_.left();
    return inner_->copyOut(sql, sink);
  }
  std::int64_t copyIn(std::string_view sql, core::Source& source) override {
    until_.left();
    return inner_->copyIn(sql, source);
  }
  void cancel() override { inner_->cancel(); }
  bool alive() const override { return inner_->alive(); }

 private:
  std::unique_ptr<Place> place_;
  std::unique_ptr<Sql> inner_;
  Until until_;
};

class LimitedSqlServer : public SqlServer {
 public:
  LimitedSqlServer(SqlServer& inner, Until until, std::shared_ptr<Gate> gate)
      : inner_(inner), until_(until), gate_(std::move(gate)) {}
  std::unique_ptr<Sql> connect(const SqlTarget& target) override {
    auto place = std::make_unique<Place>(gate_->sessions, until_);
    SqlTarget limited = target;
    limited.connect_limit = until_.atMost(target.connect_limit);
    limited.lock_limit = until_.atMost(target.lock_limit);
    limited.statement_limit = target.statement_limit == milliseconds::zero()
                                  ? until_.left()
                                  : until_.atMost(target.statement_limit);
    return std::make_unique<LimitedSql>(std::move(place), inner_.connect(limited), until_);
  }

 private:
  SqlServer& inner_;
  Until until_;
  std::shared_ptr<Gate> gate_;
};

class LimitedHttp : public Http {
 public:
  LimitedHttp(Http& inner, Until until) : inner_(inner), until_(until) {}
  HttpResponse send(const HttpRequest& request) override {
    HttpRequest limited = request;
    limited.limit = until_.atMost(request.limit);
    return inner_.send(limited);
  }

 private:
  Http& inner_;
  Until until_;
};

class LimitedClock : public Clock {
 public:
  LimitedClock(Clock& inner, Until until) : inner_(inner), until_(until) {}
  core::Time now() override { return inner_.now(); }
  Moment steady() override { return inner_.steady(); }
  void sleep(core::Duration duration) override {
    const core::Duration left = until_.left();
    inner_.sleep(std::min(duration, left));
    if (left < duration) over();
  }

 private:
  Clock& inner_;
  Until until_;
};

}  // namespace

LimitedWorld::LimitedWorld(World& real, Moment until, std::shared_ptr<Gate> gate)
    : shell_(std::make_unique<LimitedShell>(real.shell, Until(real.clock, until), gate)),
      sql_(std::make_unique<LimitedSqlServer>(real.sql, Until(real.clock, until), gate)),
      http_(std::make_unique<LimitedHttp>(real.http, Until(real.clock, until))),
      clock_(std::make_unique<LimitedClock>(real.clock, Until(real.clock, until))),
      world_{*shell_,           *sql_,       *http_,     real.files, *clock_, real.prompt,
             real.cancellation, real.caller, real.hosts, real.trees} {}

LimitedWorld::~LimitedWorld() = default;

}  // namespace ports
