#include "lib/remote/serve_trees.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "lib/core/error.hpp"
#include "lib/remote/node.hpp"
#include "lib/remote/tree_words.hpp"
#include "lib/remote/words.hpp"

namespace remote {
namespace {

constexpr std::size_t kBlock = std::size_t{512} << 10;

unsigned numberIn(const core::Json& request) { return request.at("id").get<unsigned>(); }

core::Error unknown(const std::string& name) {
  return {core::Kind::corrupt, "sotctl-remote knows no request \"trees." + name + "\""};
}

}  // namespace

/// One walk in a thread of its own. It waits when its block is full, until that is taken.
class TreeServer::Walking : public ports::TreeVisitor {
 public:
  Walking(ports::Trees& trees, std::string root)
      : thread_([this, &trees, root = std::move(root)] { run(trees, root); }) {}
  ~Walking() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }
  Walking(const Walking&) = delete;
  Walking& operator=(const Walking&) = delete;

  /// The next block; empty at the end. Errors: those of the walk.
  std::string next(const std::vector<std::uint64_t>& unwanted) {
    std::unique_lock lock(mutex_);
    unwanted_.insert(unwanted.begin(), unwanted.end());
    changed_.wait(lock, [this] { return full_ || ended_; });
    if (full_) {
      full_ = false;
      changed_.notify_all();
      return std::move(block_);
    }
    if (failure_) std::rethrow_exception(failure_);
    return {};
  }

  bool enter(const ports::Node& folder, bool other_mount) override {
    if (isUnwanted()) return false;
    writer_.enter(folder, other_mount);
    if (other_mount) return false;
    open_.push_back(++entered_);
    handOver(kBlock);
    return true;
  }
  void leave() override {
    open_.pop_back();
    in_unwanted_ = in_unwanted_ && open_.size() >= unwanted_depth_;
    writer_.leave();
  }
  void visit(const ports::Node& node) override {
    if (isUnwanted()) return;
    writer_.visit(node);
    handOver(kBlock);
  }
  void missed(std::string_view name, const std::string& why) override {
    if (!isUnwanted()) writer_.missed(name, why);
  }

 private:
  void run(ports::Trees& trees, const std::string& root) {
    try {
      trees.walk(root, *this);
      handOver(1);
    } catch (...) {
      failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  /// Whether we are in a folder that the other half does not want. It says so with the next
  /// request, so that it is known only after a block was taken.
  bool isUnwanted() {
    if (!taken_) return in_unwanted_;
    taken_ = false;
    const std::lock_guard lock(mutex_);
    in_unwanted_ = false;
    for (std::size_t i = 0; i < open_.size() && !in_unwanted_; ++i) {
      in_unwanted_ = unwanted_.contains(open_[i]);
      unwanted_depth_ = i + 1;
    }
    return in_unwanted_;
  }

  void handOver(std::size_t least) {
    if (writer_.size() < least) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !full_ || stop_; });
    if (stop_) throw core::Error(core::Kind::interrupted, "nobody reads this walk any more");
    block_ = writer_.take();
    full_ = true;
    taken_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::uint64_t> unwanted_;
  std::string block_;
  bool full_ = false;
  bool ended_ = false;
  bool stop_ = false;
  std::exception_ptr failure_;
  // Of the walk's own thread.
  WalkWriter writer_;
  std::vector<std::uint64_t> open_;  // numbers of the folders that we are in
  std::uint64_t entered_ = 0;
  bool taken_ = false;
  bool in_unwanted_ = false;
  std::size_t unwanted_depth_ = 0;
  std::thread thread_;  // the last member: it uses the others
};

TreeServer::TreeServer(ports::Trees& trees) : trees_(trees) {}
TreeServer::~TreeServer() = default;

Reply TreeServer::answer(const std::string& name, const core::Json& request) {
  if (name.starts_with("walk")) return walk(name, request);
  if (name == "access" || name == "tryWrite" || name == "change") return act(name, request);
  return look(name, request);
}

Reply TreeServer::look(const std::string& name, const core::Json& request) {
  if (name == "attributes") {
    const auto seen = trees_.attributes(bytesOf(request, "path"));
    return {{{"attributes", seen ? toJson(*seen) : core::Json()}}};
  }
  if (name == "account") {
    const auto identity = trees_.account(bytesOf(request, "name"));
    return {{{"identity", identity ? toJson(*identity) : core::Json()}}};
  }
  if (name == "group") {
    const auto gid = trees_.group(bytesOf(request, "name"));
    return {{{"gid", gid ? core::Json(*gid) : core::Json()}}};
  }
  if (name == "accountName") return {core::Json::object(), trees_.accountName(numberIn(request))};
  if (name == "groupName") return {core::Json::object(), trees_.groupName(numberIn(request))};
  throw unknown(name);
}

Reply TreeServer::walk(const std::string& name, const core::Json& request) {
  if (name == "walk") {
    walks_[++last_] = std::make_unique<Walking>(trees_, bytesOf(request, "path"));
    return {{{"id", last_}}};
  }
  const auto found = walks_.find(request.at("id").get<int>());
  if (found == walks_.end()) throw unknown(name);
  if (name == "walkEnd") {
    walks_.erase(found);
    return {};
  }
  if (name != "walkNext") throw unknown(name);
  return {core::Json::object(),
          found->second->next(request.at("unwanted").get<std::vector<std::uint64_t>>())};
}

Reply TreeServer::act(const std::string& name, const core::Json& request) {
  if (name == "change") {
    core::Json results = core::Json::array();
    for (const ports::Changed changed :
         trees_.change(bytesOf(request, "path"), changesOf(request.at("changes")))) {
      results.push_back(static_cast<int>(changed));
    }
    return {{{"results", results}}};
  }
  const ports::Identity who = identityOf(request.at("who"));
  const int inside = request.at("inside").get<int>();
  if (name == "tryWrite") {
    const ports::WriteTrial trial = trees_.tryWrite(who, inside, bytesOf(request, "path"));
    return {{{"trial", toJson(trial)}}};
  }
  std::vector<ports::AccessQuestion> questions;
  for (const core::Json& one : request.at("questions")) {
    questions.push_back({bytesOf(one, "path"), one.at("rights").get<std::string>()});
  }
  core::Json answers = core::Json::array();
  for (const ports::AccessAnswer& answer : trees_.access(who, inside, questions)) {
    answers.push_back(toJson(answer));
  }
  return {{{"answers", answers}}};
}

}  // namespace remote
