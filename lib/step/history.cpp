#include "lib/step/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"

namespace step {
namespace {

using Act = History::Act;

class Reader {
 public:
  void read(const core::Json& record) {
    type_ = record.at("type").get<std::string>();
    time_ = core::parseUtc(record.at("time").get<std::string>()).value_or(core::Time{});
    if (type_ == "attempt") {
      begin(record);
    } else if (!history_.attempts.empty()) {
      auto& last = history_.attempts.back().last;
      last = std::max(last, time_);
    }
    if (type_ == "started") open(record, Act::Kind::applied);
    if (type_ == "opening") open(record, Act::Kind::opened);
    if (type_ == "closing") open(record, Act::Kind::closed);
    if (type_ == "done") end(record, Act::Kind::applied);
    if (type_ == "opened") end(record, Act::Kind::opened);
    if (type_ == "closed") end(record, Act::Kind::closed);
    if (type_ == "satisfied") {
      open(record, Act::Kind::held_already);
      end(record, Act::Kind::held_already);
    }
    if (type_ == "note") event(record, record.at("text").get<std::string>());
    if (type_ == "failed") event(record, record.at("message").get<std::string>());
    if (type_ == "taken") {
      std::string text = "taken over from " + record.at("from").get<std::string>();
      if (const auto why = record.value("reason", std::string()); !why.empty()) text += ": " + why;
      event(record, text);
    }
  }
  History take() { return std::move(history_); }

 private:
  void begin(const core::Json& record) {
    history_.attempts.push_back(
        {record.at("mode").get<std::string>(), record.at("person").get<std::string>(),
         record.at("host").get<std::string>(), record.at("pid").get<int>(), time_, time_});
  }

  void open(const core::Json& record, Act::Kind kind) {
    Act act;
    act.path = record.at("step").get<std::string>();
    act.kind = record.at("kind").get<std::string>();
    act.act = kind;
    act.abort = record.value("abort", false);
    act.began = time_;
    act.before = record.value("before", core::Json::object());
    act.found = record.value("found", std::string());
    history_.acts.push_back(std::move(act));
  }

  /// Ends the newest act of that step and kind; one without a beginning is its own.
  void end(const core::Json& record, Act::Kind kind) {
    const auto path = record.at("step").get<std::string>();
    const bool abort = record.value("abort", false);
    const auto at = std::find_if(history_.acts.rbegin(), history_.acts.rend(), [&](const Act& act) {
      return act.path == path && act.act == kind && act.abort == abort && !act.ended;
    });
    if (at == history_.acts.rend()) {
      open(record, kind);
      history_.acts.back().ended = time_;
      return;
    }
    at->ended = time_;
    if (record.contains("found")) at->found = record.at("found").get<std::string>();
  }

  void event(const core::Json& record, std::string text) {
    history_.events.push_back(
        {time_, type_, record.at("person").get<std::string>(), std::move(text)});
  }

  History history_;
  std::string type_;
  core::Time time_{};
};

}  // namespace

History readHistory(const std::vector<core::Json>& records) {
  try {
    Reader reader;
    for (const core::Json& record : records) reader.read(record);
    return reader.take();
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("a journal record has the wrong shape: {}", error.what()));
  }
}

}  // namespace step
