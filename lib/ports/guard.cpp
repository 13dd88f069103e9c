#include "lib/ports/guard.hpp"

#include <stdexcept>

#include "lib/core/text.hpp"
#include "lib/ports/forwarding_files.hpp"
#include "lib/ports/forwarding_trees.hpp"

namespace ports {
namespace {

[[noreturn]] void mutation(const std::string& what) {
  throw std::logic_error("a dry run tried to change something: " + what);
}

class DryShell : public ForwardingShell {
 public:
  using ForwardingShell::ForwardingShell;
  Outcome run(const Command& command, const std::string& input) override {
    if (command.mutates) mutation("command " + core::shellLine(command.argv));
    return ForwardingShell::run(command, input);
  }
  std::unique_ptr<Process> start(const Command& command, core::Source* in,
                                 core::Sink* out) override {
    if (command.mutates) mutation("command " + core::shellLine(command.argv));
    return ForwardingShell::start(command, in, out);
  }
};

class DrySql : public Sql {
 public:
  explicit DrySql(std::unique_ptr<Sql> inner) : inner_(std::move(inner)) {}
  SqlRows query(std::string_view sql, const std::vector<SqlValue>& parameters) override {
    return inner_->query(sql, parameters);
  }
  SqlRows execute(std::string_view sql, const std::vector<SqlValue>&) override {
    mutation("statement " + std::string(sql.substr(0, 80)));
  }
  std::int64_t copyOut(std::string_view sql, core::Sink& sink) override {
    return inner_->copyOut(sql, sink);
  }
  std::int64_t copyIn(std::string_view sql, core::Source&) override {
    mutation("statement " + std::string(sql.substr(0, 80)));
  }
  void cancel() override { inner_->cancel(); }
  bool alive() const override { return inner_->alive(); }

 private:
  std::unique_ptr<Sql> inner_;
};

class DrySqlServer : public SqlServer {
 public:
  explicit DrySqlServer(SqlServer& inner) : inner_(inner) {}
  std::unique_ptr<Sql> connect(const SqlTarget& target) override {
    return std::make_unique<DrySql>(inner_.connect(target));
  }

 private:
  SqlServer& inner_;
};

class DryHttp : public Http {
 public:
  explicit DryHttp(Http& inner) : inner_(inner) {}
  HttpResponse send(const HttpRequest& request) override {
    if (request.mutates) mutation(request.method + " " + request.url);
    return inner_.send(request);
  }

 private:
  Http& inner_;
};

class DryTree : public Tree {
 public:
  explicit DryTree(std::unique_ptr<Tree> inner) : inner_(std::move(inner)) {}
  std::optional<FileInfo> info(const std::string& below) override { return inner_->info(below); }
  std::vector<FileInfo> list(const std::string& below) override { return inner_->list(below); }
  std::unique_ptr<core::Source> open(const std::string& below) override {
    return inner_->open(below);
  }
  std::string linkTarget(const std::string& below) override { return inner_->linkTarget(below); }
  void makeFolder(const std::string& below) override { mutation(below); }
  std::unique_ptr<TreeFile> create(const std::string& below) override { mutation(below); }
  void makeLink(const std::string& below, const std::string&) override { mutation(below); }
  std::string dress(const std::string& below, const FileInfo&) override { mutation(below); }
  void sync() override { mutation("sync"); }

 private:
  std::unique_ptr<Tree> inner_;
};

class DryFiles : public ForwardingFiles {
 public:
  explicit DryFiles(Files& inner) : inner_(inner) {}
  void replace(const std::string& path, std::string_view, unsigned) override { mutation(path); }
  std::unique_ptr<FileSink> create(const std::string& path, unsigned) override { mutation(path); }
  void append(const std::string& path, std::string_view, unsigned) override { mutation(path); }
  void truncate(const std::string& path, std::uint64_t) override { mutation(path); }
  void makeFolder(const std::string& path, unsigned) override { mutation(path); }
  void rename(const std::string& from, const std::string&) override { mutation(from); }
  void remove(const std::string& path) override { mutation(path); }
  void removeTree(const std::string& path) override { mutation(path); }
  void setMode(const std::string& path, unsigned) override { mutation(path); }
  void setOwner(const std::string& path, const std::string&) override { mutation(path); }
  void syncTree(const std::string& folder) override { mutation(folder); }
  std::unique_ptr<Tree> tree(const std::string& folder) override {
    return std::make_unique<DryTree>(inner_.tree(folder));
  }
  void exchange(const std::string& one, const std::string&) override { mutation(one); }
  std::unique_ptr<FileLock> lock(const std::string& path) override { mutation(path); }

 private:
  Files& inner() override { return inner_; }
  Files& inner_;
};

class DryTrees : public ForwardingTrees {
 public:
  explicit DryTrees(Trees& inner) : inner_(inner) {}
  WriteTrial tryWrite(const Identity&, int, const std::string& folder) override {
    mutation(folder);
  }
  std::vector<Changed> change(const std::string& root,
                              const std::vector<AttributeChange>&) override {
    mutation(root);
  }

 private:
  Trees& inner() override { return inner_; }
  Trees& inner_;
};

class DryHosts : public Hosts {
 public:
  explicit DryHosts(World& real) : real_(real) {}

 private:
  Ways reach(World&, const HostAddress& host) override {
    World& there = real_.hosts->world(real_, host);
    return {std::make_unique<DryShell>(there.shell), std::make_unique<DryFiles>(there.files),
            there.trees != nullptr ? std::make_unique<DryTrees>(*there.trees) : nullptr};
  }

  World& real_;
};

}  // namespace

DryWorld::DryWorld(World& real)
    : shell_(std::make_unique<DryShell>(real.shell)),
      sql_(std::make_unique<DrySqlServer>(real.sql)),
      http_(std::make_unique<DryHttp>(real.http)),
      files_(std::make_unique<DryFiles>(real.files)),
      hosts_(real.hosts != nullptr ? std::make_unique<DryHosts>(real) : nullptr),
      trees_(real.trees != nullptr ? std::make_unique<DryTrees>(*real.trees) : nullptr),
      world_{*shell_,           *sql_,       *http_,       *files_,     real.clock, real.prompt,
             real.cancellation, real.caller, hosts_.get(), trees_.get()} {}

DryWorld::~DryWorld() = default;

}  // namespace ports
