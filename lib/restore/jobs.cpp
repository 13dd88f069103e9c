#include "lib/restore/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "lib/application/redis.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "jobs.reconciled";
constexpr const char* kQueued = "restore.jobs_queued";
constexpr const char* kOpen = "restore.jobs_open";
constexpr std::size_t kShown = 5;
constexpr std::size_t kLooked = 50;  // queued jobs without a row that are looked at one by one

using Lines = std::vector<std::string>;

/// The job queue of one instance, asked with redis-cli.
class Queue {
 public:
  explicit Queue(const Environment& environment) : environment_(environment) {}

  /// Errors: unreachable, with Redis's words.
  void requireAnswer() {
    const Lines answer = ask({"PING"});
    if (answer == Lines{"PONG"}) return;
    throw core::Error(core::Kind::unreachable,
                      core::printable(answer.empty() ? "no answer" : answer.front()));
  }

  /// Ids of all jobs that wait, run or are planned, with the function that each calls where that
  /// is told with the id.
  std::map<std::string, std::string> jobs() {
    std::map<std::string, std::string> found;
    for (const std::string& queue : rqQueues()) {
      add(found, ask({"LRANGE", "rq:queue:" + queue, "0", "-1"}));
      for (const char* registry : {"rq:wip:", "rq:scheduled:", "rq:deferred:"}) {
        add(found, ask({"ZRANGE", registry + queue, "0", "-1"}));
      }
    }
    for (const std::string& queue : celeryQueues()) {
      for (const std::string& line : ask({"LRANGE", queue, "0", "-1"})) addMessage(found, line);
    }
    return found;
  }

  /// What an RQ job calls: "extras.scripts.run_script(…)"; empty: not known.
  std::string description(const std::string& id) {
    const Lines lines = ask({"HGET", "rq:job:" + id, "description"});
    return lines.empty() ? std::string() : lines.front();
  }

 private:
  Lines ask(const std::vector<std::string>& words) {
    ports::Command command =
        application::redisCommand(environment_.world, environment_.instance,
                                  environment_.instance.redis.tasks_database, words);
    command.mutates = false;
    const ports::Outcome outcome = environment_.world.shell.run(command);
    Lines lines;
    for (std::string& line : core::split(outcome.out.empty() ? outcome.err : outcome.out, '\n')) {
      if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
  }

  Lines rqQueues() {
    Lines queues;
    for (const std::string& key : ask({"SMEMBERS", "rq:queues"})) {
      if (key.starts_with("rq:queue:")) queues.push_back(key.substr(9));
    }
    return queues;
  }

  /// Kombu keeps one set of bindings for each queue.
  Lines celeryQueues() {
    constexpr std::string_view kBinding = "_kombu.binding.";
    Lines queues;
    if (environment_.instance.product != config::Product::nautobot) return queues;
    for (const std::string& key : ask({"--scan", "--pattern", std::string(kBinding) + "*"})) {
      if (key.starts_with(kBinding)) queues.push_back(key.substr(kBinding.size()));
    }
    return queues;
  }

  /// Since RQ 2 a registry has "job:execution". What is no id is an answer in words.
  static void add(std::map<std::string, std::string>& found, const Lines& ids) {
    static const std::regex kId("[A-Za-z0-9_.-]{1,100}");
    for (const std::string& each : ids) {
      const std::string id = each.substr(0, each.find(':'));
      if (std::regex_match(id, kId)) found.emplace(id, "");
    }
  }

  /// Only tasks that run a job have a row.
  static void addMessage(std::map<std::string, std::string>& found, const std::string& line) {
    const core::Json message = core::Json::parse(line, nullptr, false);
    if (!message.is_object()) return;
    const core::Json headers = message.value("headers", core::Json::object());
    const std::string task = headers.is_object() ? headers.value("task", std::string()) : "";
    if (!task.ends_with("run_job")) return;
    const std::string id = headers.value("id", std::string());
    if (!id.empty()) found.emplace(id, task);
  }

  const Environment& environment_;
};

/// Where the database keeps what it knows of jobs.
struct JobTable {
  std::string name;  // qualified; empty: none
  std::string id;    // column with the id that Redis has
};

JobTable jobTable(ports::Sql& session) {
  const ports::SqlRows found = session.query(
      "SELECT c.relname AS name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND "
      "a.attname = 'job_id' AND NOT a.attisdropped) AS own FROM pg_class c JOIN pg_namespace n ON "
      "n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' "
      "AND c.relname IN ('core_job', 'extras_jobresult') ORDER BY 1 LIMIT 1");
  if (found.empty()) return {};
  return {"public." + ports::sqlName(found.text(0, "name")),
          found.boolean(0, "own") ? "job_id" : "id"};
}

std::set<std::string> withRow(ports::Sql& session, const JobTable& table,
                              const std::map<std::string, std::string>& jobs) {
  std::string ids;
  for (const auto& [id, task] : jobs) ids += (ids.empty() ? "" : ",") + id;
  const ports::SqlRows rows = session.query(
      fmt::format(
          "SELECT {0}::text AS id FROM {1} WHERE {0}::text = ANY (string_to_array($1, ','))",
          table.id, table.name),
      {ids});
  std::set<std::string> known;
  for (std::size_t i = 0; i < rows.size(); ++i) known.insert(rows.text(i, "id"));
  return known;
}

/// A webhook, or housekeeping, is queued without a row.
bool needsRow(const std::string& description) {
  return description.find("webhook") == std::string::npos &&
         description.find("housekeeping") == std::string::npos;
}

core::CheckResult queuedWithoutRow(Queue& queue, ports::Sql& session, const JobTable& table,
                                   const std::map<std::string, std::string>& jobs) {
  const std::set<std::string> known = withRow(session, table, jobs);
  std::vector<std::string> words;
  std::int64_t count = 0;
  std::size_t looked = 0;
  for (const auto& [id, task] : jobs) {
    if (known.contains(id)) continue;
    const std::string does = !task.empty() || ++looked > kLooked ? task : queue.description(id);
    if (!needsRow(does)) continue;
    if (++count <= static_cast<std::int64_t>(kShown)) {
      words.push_back(does.empty() ? id
                                   : fmt::format("{} ({})", id,
                                                 core::printable(does.substr(0, does.find('(')))));
    }
  }
  const auto all = static_cast<std::int64_t>(jobs.size());
  if (count == 0) {
    return check(kQueued, "queued jobs", core::Outcome::pass,
                 fmt::format("{} in Redis, none without its row", core::formatCount(all)));
  }
  return check(kQueued, "queued jobs", core::Outcome::warn,
               fmt::format("{} of {} in Redis are of no row in {}: {}{}", core::formatCount(count),
                           core::formatCount(all), table.name, core::join(words, ", "),
                           count > static_cast<std::int64_t>(kShown) ? ", …" : ""),
               "each with its row",
               "A worker that takes one fails on it. They were left alone: remove those that "
               "nobody wants in the application's list of background tasks.");
}

core::CheckResult openWithoutJob(ports::Sql& session, const JobTable& table,
                                 const std::map<std::string, std::string>& jobs) {
  const ports::SqlRows rows = session.query(fmt::format(
      "SELECT {0}::text AS id, name, status FROM {1} WHERE lower(status) IN ('pending', "
      "'scheduled', 'running', 'started', 'received', 'retry') ORDER BY {0} LIMIT 10000",
      table.id, table.name));
  std::vector<std::string> words;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (jobs.contains(rows.text(i, "id"))) continue;
    if (++count > static_cast<std::int64_t>(kShown)) continue;
    words.push_back(fmt::format("{} ({}, {})", rows.text(i, "id"),
                                core::printable(rows.text(i, "name")), rows.text(i, "status")));
  }
  const auto all = static_cast<std::int64_t>(rows.size());
  if (count == 0) {
    return check(kOpen, "open jobs", core::Outcome::pass,
                 fmt::format("{} in the database, none without its job", core::formatCount(all)));
  }
  return check(
      kOpen, "open jobs", core::Outcome::warn,
      fmt::format("{} of {} that {} calls pending, scheduled or running are not in Redis: "
                  "{}{}",
                  core::formatCount(count), core::formatCount(all), table.name,
                  core::join(words, ", "), count > static_cast<std::int64_t>(kShown) ? ", …" : ""),
      "each with its job in Redis",
      "Nothing will end them. They were left alone: start those again that are wanted.");
}

}  // namespace

std::vector<core::CheckResult> reconcileJobs(const Environment& environment) {
  const auto both = [](core::Outcome outcome, const std::string& found, const std::string& hint) {
    return std::vector<core::CheckResult>{check(kQueued, "queued jobs", outcome, found, {}, hint),
                                          check(kOpen, "open jobs", outcome, found, {}, hint)};
  };
  if (!application::hasRedis(environment.instance)) {
    return both(core::Outcome::skip, "no Redis is known", {});
  }
  try {
    const auto session = database::Database(environment.world, environment.instance)
                             .admin(environment.instance.database.name);
    const JobTable table = jobTable(*session);
    if (table.name.empty()) return both(core::Outcome::skip, "the database has no jobs", {});
    Queue queue(environment);
    queue.requireAnswer();
    const std::map<std::string, std::string> jobs = queue.jobs();
    return {queuedWithoutRow(queue, *session, table, jobs), openWithoutJob(*session, table, jobs)};
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return both(core::Outcome::unknown, error.what(), error.hint());
  }
}

std::string JobsReconciled::title() const {
  return "queued jobs were compared with the database (and left alone)";
}

step::Observation JobsReconciled::observe(const core::Json*) {
  const bool done = !found_.empty();
  return step::observed(check(kKind, "job queue", done ? core::Outcome::pass : core::Outcome::fail,
                              done ? checks::summary(found_) : "", title()));
}

void JobsReconciled::apply(const core::Json&, core::Progress&) {
  found_ = reconcileJobs(environment_);
}

/// An undo compares once more by a step of its own: taken back in reverse it would come before the
/// swap.
step::Compensation JobsReconciled::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

core::Json JobsReconciled::results() const { return {{"checks_jobs", checks::toJson(found_)}}; }

std::vector<std::string> JobsReconciled::manual() const { return {}; }

}  // namespace restore
