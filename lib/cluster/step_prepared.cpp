#include <fmt/format.h>

#include <algorithm>

#include "lib/cluster/steps.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr const char* kNames = "synchronous_standby_names";

/// Not before the promotion: slots are not copied, and a name that is away would hold commits up.
class Prepared : public step::Step {
 public:
  Prepared(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        slots_(arguments.at("slots").get<std::vector<std::string>>()),
        commits_(arguments.at("commits").get<bool>()) {}

  std::string title() const override {
    std::vector<std::string> words;
    if (!slots_.empty()) {
      words.push_back(
          fmt::format("node {} keeps the log for slot {}", node_, core::join(slots_, ", ")));
    }
    if (commits_) {
      words.push_back(fmt::format("commits on {} wait for no server that is away", node_));
    }
    return words.empty() ? "no slot is configured" : core::join(words, ", and ");
  }

  step::Observation observe(const core::Json*) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::standby) {
      return step::observed(look(Outcome::skip, "after the promotion"));
    }
    if (node.role != Role::primary) return step::observed(look(Outcome::unknown, node.why));
    std::vector<std::string> missing;
    for (const std::string& slot : slots_) {
      if (!hasSlot(node, slot)) missing.push_back("no slot " + slot);
    }
    if (const std::string names = node.parameter(kNames); commits_ && !names.empty()) {
      missing.push_back(fmt::format("{} is '{}'", kNames, core::printable(names)));
    }
    return step::observed(missing.empty() ? look(Outcome::pass, "there")
                                          : look(Outcome::fail, core::join(missing, "; ")));
  }

  core::Json before() override { return {{kNames, environment_.look(node_).parameter(kNames)}}; }

  void apply(const core::Json& before, core::Progress& progress) override {
    const auto sql = environment_.connect(node_);
    sql->execute("SET synchronous_commit = local");
    const std::string names = before.at(kNames).get<std::string>();
    if (commits_ && !names.empty()) {
      sql->execute("ALTER SYSTEM SET synchronous_standby_names = ''");
      sql->execute("SELECT pg_reload_conf()");
      progress.say(fmt::format("{} was '{}' on {} and is empty until a standby streams", kNames,
                               core::printable(names), node_));
    }
    for (const std::string& slot : slots_) {
      sql->execute(
          "SELECT pg_create_physical_replication_slot($1, true) WHERE NOT EXISTS "
          "(SELECT FROM pg_replication_slots WHERE slot_name = $1)",
          {slot});
    }
    waitFor(environment_.world, std::chrono::seconds(10),
            [&] { return observe(nullptr).verdict == step::Verdict::satisfied; });
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    std::vector<std::string> lines;
    if (commits_) {
      lines.push_back(
          "psql -c \"ALTER SYSTEM SET synchronous_standby_names = ''\" -c 'SELECT "
          "pg_reload_conf()'  # on " +
          node_ + ", if it is set");
    }
    for (const std::string& slot : slots_) {
      lines.push_back(
          fmt::format("psql -c \"SELECT pg_create_physical_replication_slot('{}', true)\"  # on {}",
                      slot, node_));
    }
    return lines;
  }

 private:
  static bool hasSlot(const Node& node, const std::string& name) {
    return std::any_of(node.slots.begin(), node.slots.end(),
                       [&](const Slot& slot) { return slot.name == name && !slot.logical; });
  }
  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check("node.prepared", "node " + node_, outcome, found, title());
  }

  Environment environment_;
  std::string node_;
  std::vector<std::string> slots_;
  bool commits_;
};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// Whether synchronous_standby_names means a standby: '*' means each, letters of both cases are the
/// same (PostgreSQL's manual, "Replication", and replication/syncrep.c).
bool isMeant(const std::string& names, const std::string& application) {
  std::string word;
  for (const char c : lower(names) + ",") {
    if (std::string_view(" ,()\"").find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    if (word == "*" || (!word.empty() && word == lower(application))) return true;
    word.clear();
  }
  return false;
}

/// The debt of `node.prepared`: once a standby streams that the names mean, commits wait for it as
/// they did. Left empty where none of them is meant: every commit would hang.
class Synchronous : public step::Step {
 public:
  Synchronous(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        names_(arguments.at("names").get<std::string>()) {}

  std::string title() const override {
    return fmt::format("commits on {} wait for '{}' again", node_, core::printable(names_));
  }

  step::Observation observe(const core::Json* before) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::standby) return step::observed(look(Outcome::skip, "after the switch"));
    if (node.role != Role::primary) return step::observed(look(Outcome::unknown, node.why));
    if (node.parameter(kNames) == names_) {
      // Before the run it is set, too; then it is emptied, and this follows.
      return before == nullptr && !anyIsMeant(node)
                 ? step::observed(look(Outcome::skip, "after the switch"))
                 : step::observed(look(Outcome::pass, "they do"));
    }
    if (!anyIsMeant(node)) {
      return step::observed(look(Outcome::warn, "left empty: no standby of these names streams"));
    }
    return step::observed(look(Outcome::fail, fmt::format("{} is empty", kNames)));
  }

  void apply(const core::Json&, core::Progress&) override {
    const auto sql = environment_.connect(node_);
    sql->execute("SET synchronous_commit = local");
    sql->execute("ALTER SYSTEM SET synchronous_standby_names = " + ports::sqlText(names_));
    sql->execute("SELECT pg_reload_conf()");
    waitFor(environment_.world, std::chrono::seconds(10), [&] {
      const core::Json before;
      return observe(&before).verdict == step::Verdict::satisfied;
    });
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    return {fmt::format("set {} = '{}' again on {}, once a standby of these names streams", kNames,
                        core::printable(names_), node_)};
  }

 private:
  bool anyIsMeant(const Node& node) const {
    return std::any_of(node.senders.begin(), node.senders.end(),
                       [&](const Sender& sender) { return isMeant(names_, sender.application); });
  }
  core::CheckResult look(Outcome outcome, const std::string& found) const {
    return check("node.synchronous", "node " + node_, outcome, found, title());
  }

  Environment environment_;
  std::string node_;
  std::string names_;
};

}  // namespace

void registerPrepared(step::Registry& registry, const Environment& environment) {
  add<Prepared>(registry, "node.prepared", environment);
  add<Synchronous>(registry, "node.synchronous", environment);
}

}  // namespace cluster
