#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

constexpr std::string_view kIdStart = "sotctl-probe-";

/// A call of len("sotctl") as RQ 1.x and 2.x keep it: ("builtins.len", None, ("sotctl",), {}),
/// pickled (protocol 0, which is text) and not packed (rq/job.py takes both).
std::string call() { return "(S'builtins.len'\nN(S'sotctl'\nt(dt."; }

/// Puts a job that does nothing into a queue, as the application would, and waits for its end.
class Job {
 public:
  Job(const Site& site, std::string queue)
      : site_(site), redis_(site.world, site.instance), queue_(std::move(queue)) {
    id_ = std::string(kIdStart) + core::compactUtc(site.world.clock.now()) + "-" +
          std::to_string(site.world.caller.pid);
  }

  void enqueue() {
    // RQ writes moments as "2026-11-21T03:00:00.000000Z".
    const std::string now = core::formatUtc(site_.world.clock.now());
    std::string set = "HSET " + word("rq:job:" + id_);
    for (const auto& [field, value] :
         std::map<std::string, std::string>{{"created_at", now},
                                            {"enqueued_at", now},
                                            {"data", call()},
                                            {"origin", queue_},
                                            {"description", "sotctl probe"},
                                            {"status", "queued"},
                                            {"timeout", "30"},
                                            {"result_ttl", "60"},
                                            {"failure_ttl", "60"},
                                            {"started_at", ""},
                                            {"ended_at", ""},
                                            {"last_heartbeat", ""},
                                            {"worker_name", ""}}) {
      set += " " + word(field) + " " + word(value);
    }
    lines({set, "EXPIRE " + word("rq:job:" + id_) + " 300",
           "SADD rq:queues " + word("rq:queue:" + queue_),
           "RPUSH " + word("rq:queue:" + queue_) + " " + word(id_)});
  }

  std::string status() {
    const auto found = redis_.lines(database(), {"HGET " + word("rq:job:" + id_) + " status"});
    return found.empty() ? "" : std::string(core::trim(found.front()));
  }

  /// Takes away what is left, also of probes that were killed.
  void clean() {
    std::vector<std::string> commands{
        "LREM " + word("rq:queue:" + queue_) + " 0 " + word(id_),
        "DEL " + word("rq:job:" + id_) + " " + word("rq:results:" + id_)};
    for (const char* registry : {"finished", "failed"}) {
      commands.push_back(
          fmt::format("ZREM {} {}", word(fmt::format("rq:{}:{}", registry, queue_)), word(id_)));
    }
    for (const std::string& id :
         redis_.lines(database(), {"LRANGE " + word("rq:queue:" + queue_) + " 0 -1"})) {
      if (id.starts_with(kIdStart))
        commands.push_back("LREM " + word("rq:queue:" + queue_) + " 0 " + word(id));
    }
    lines(commands);
  }

 private:
  static std::string word(const std::string& text) { return service::RedisAsk::quoted(text); }
  int database() const { return site_.instance.redis.tasks_database; }
  void lines(const std::vector<std::string>& commands) { redis_.lines(database(), commands, true); }

  const Site& site_;
  service::RedisAsk redis_;
  std::string queue_;
  std::string id_;
};

checks::CheckResult askJob(const Site& site, const checks::Arguments& arguments) {
  const std::string queue = arguments.text("queue", "default");
  const auto limit = arguments.duration("within", std::chrono::seconds(20));
  core::CheckResult result{{}, "a job of queue " + queue, Outcome::unknown, {}, {}, {}};
  if (site.instance.product != config::Product::netbox) {
    result.found = "the jobs of this product are tried with kind nautobot-job";
    return result;
  }
  Job job(site, queue);
  const auto began = site.world.clock.steady();
  job.enqueue();
  std::string status;
  core::Duration took{};
  while (true) {
    status = job.status();
    took = std::chrono::duration_cast<core::Duration>(site.world.clock.steady() - began);
    if ((status != "queued" && status != "started") || took >= limit) break;
    site.world.clock.sleep(std::chrono::milliseconds(50));
  }
  job.clean();
  result.outcome = status == "finished" ? Outcome::pass : Outcome::fail;
  if (status == "finished") {
    result.found = "it ran within " + core::formatDuration(took);
  } else if (status == "queued" || status == "started") {
    result.found = fmt::format("it is still {} after {}", status, core::formatDuration(took));
    result.hint = status == "queued"
                      ? "No worker takes jobs from this queue: `sotctl service status`."
                      : "The worker does not come to an end: `sotctl service logs`.";
  } else {
    result.found = fmt::format("it ended as \"{}\"", core::printable(status));
  }
  const double seconds = std::chrono::duration<double>(took).count();
  return {result, {{"job", seconds, "s", "", "", "0", ""}}};
}

/// A job of Nautobot by its REST API: the application itself enqueues it, the worker runs it.
checks::CheckResult askNautobotJob(const Site& site, const checks::Arguments& arguments) {
  return answered("job " + arguments.text("job"), [&]() -> checks::CheckResult {
    const std::string name = arguments.text("job");
    core::CheckResult result{{}, "job " + name, Outcome::fail, {}, {}, {}};
    Api api(site, arguments);
    const auto limit = arguments.duration("within", std::chrono::seconds(25));
    const core::Json begun = api.post(fmt::format("/api/extras/jobs/{}/run/", name),
                                      {"application/json", R"({"data": {}})"});
    const core::Json& made = begun.contains("job_result") ? begun["job_result"] : begun["result"];
    if (!made.is_object() || !made.contains("id")) {
      result.found = "the application does not say which result it has begun";
      return result;
    }
    const std::string path = "/api/extras/job-results/" + made["id"].get<std::string>() + "/";
    const auto end = site.world.clock.steady() + limit;
    std::string status;
    while (site.world.clock.steady() < end) {
      const core::Json now = api.get(path);
      status = now["status"].is_object() ? now["status"].value("value", "") : "";
      if (status == "SUCCESS" || status == "FAILURE" || status == "REVOKED" ||
          status == "completed" || status == "failed" || status == "errored") {
        break;
      }
      site.world.clock.sleep(std::chrono::milliseconds(500));
    }
    const bool good = status == "SUCCESS" || status == "completed";
    result.outcome = good ? Outcome::pass : Outcome::fail;
    result.found = good ? "it ran" : "it is " + core::printable(status);
    return result;
  });
}

checks::CheckResult askQueues(const Site& site, const checks::Arguments& arguments) {
  const int warn = arguments.number("warn", 100);
  const int fail = arguments.number("fail", 10000);
  core::CheckResult result{{}, "waiting jobs", Outcome::pass, {}, {}, {}};
  service::RedisAsk redis(site.world, site.instance);
  const int database = site.instance.redis.tasks_database;
  std::vector<std::string> queues;
  if (site.instance.product == config::Product::netbox) {
    for (const auto& line : redis.lines(database, {"SMEMBERS rq:queues"})) {
      if (!core::trim(line).empty()) queues.emplace_back(core::trim(line));
    }
  } else {
    queues = arguments.list("queues");
    if (queues.empty()) queues = {"default", "celery"};
  }
  std::vector<checks::Measure> measures;
  std::vector<std::string> words;
  for (const std::string& queue : queues) {
    const auto answer = redis.lines(database, {"LLEN " + service::RedisAsk::quoted(queue)});
    const int length = answer.empty() ? 0 : std::atoi(answer.front().c_str());
    const std::string name = queue.starts_with("rq:queue:") ? queue.substr(9) : queue;
    words.push_back(fmt::format("{} {}", core::printable(name), length));
    measures.push_back({name, static_cast<double>(length), "", std::to_string(warn),
                        std::to_string(fail), "0", ""});
    if (length > warn) result.outcome = core::worse(result.outcome, Outcome::warn);
    if (length > fail) result.outcome = Outcome::fail;
  }
  result.found = words.empty() ? "no queue has been used yet" : core::join(words, ", ");
  if (result.outcome != Outcome::pass) {
    result.wanted = fmt::format("at most {} each", warn);
    result.hint = "More come in than workers do: `sotctl service status` shows the workers.";
  }
  return {result, measures};
}

}  // namespace

void addJob(checks::Kinds& kinds, const Site& site) {
  kinds.add("job", {{}, {"queue", "within"}, true, [site](const checks::Arguments& arguments) {
                      return answered("a job that runs", [&] { return askJob(site, arguments); });
                    }});
  kinds.add("nautobot-job",
            {{"job"}, {"url", "within"}, true, [site](const checks::Arguments& arguments) {
               return askNautobotJob(site, arguments);
             }});
  kinds.add("queues",
            {{}, {"warn", "fail", "queues"}, false, [site](const checks::Arguments& arguments) {
               return answered("waiting jobs", [&] { return askQueues(site, arguments); });
             }});
}

}  // namespace validation
