#include "lib/remote/server.hpp"

#include <functional>
#include <map>
#include <vector>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/version.hpp"
#include "lib/remote/frame.hpp"
#include "lib/remote/serve_trees.hpp"
#include "lib/remote/words.hpp"

namespace remote {
namespace {

/// The requests, by name. Paths come as base64, as they need not be UTF-8.
class Server {
 public:
  Server(ports::Files& files, ports::Trees& trees) : files_(files), trees_(trees) {
    look();
    change();
    streams();
  }

  Reply answer(const Frame& frame) {
    const core::Json request = core::Json::parse(frame.words, nullptr, false);
    const std::string name = request.is_object() ? request.value("do", std::string()) : "";
    if (!greeted_) return greet(name, request);
    if (name.starts_with("trees.")) return trees_.answer(name.substr(6), request);
    const auto found = requests_.find(name);
    if (found == requests_.end()) {
      throw core::Error(core::Kind::corrupt, "sotctl-remote knows no request \"" + name + "\"");
    }
    return found->second(request, frame.bytes);
  }

 private:
  using Request = std::function<Reply(const core::Json&, const std::string& bytes)>;

  Reply greet(const std::string& name, const core::Json& request) {
    const std::string version = name == "hello" ? request.value("version", std::string()) : "";
    if (version != core::version()) {
      throw core::Error(core::Kind::refused,
                        std::string("sotctl-remote there has version ") + core::version() +
                            ", and sotctl here " + version,
                        "Install the same version there, or let it be brought along: remote = "
                        "\"upload\".");
    }
    greeted_ = true;
    return {{{"version", core::version()}}};
  }

  static std::string path(const core::Json& request) { return bytesOf(request, "path"); }

  void look() {
    requests_["info"] = [this](const auto& request, const auto&) -> Reply {
      const auto info = files_.info(path(request));
      return {{{"info", info ? toJson(*info) : core::Json()}}};
    };
    requests_["list"] = [this](const auto& request, const auto&) -> Reply {
      core::Json all = core::Json::array();
      for (const auto& info : files_.list(path(request))) all.push_back(toJson(info));
      return {{{"list", std::move(all)}}};
    };
    requests_["read"] = [this](const auto& request, const auto&) -> Reply {
      return {core::Json::object(), files_.read(path(request))};
    };
    requests_["linkTarget"] = [this](const auto& request, const auto&) -> Reply {
      return {core::Json::object(), files_.linkTarget(path(request))};
    };
    requests_["resolve"] = [this](const auto& request, const auto&) -> Reply {
      const auto found = files_.resolve(path(request));
      return {{{"found", found.has_value()}}, found.value_or("")};
    };
    requests_["freeBytes"] = [this](const auto& request, const auto&) -> Reply {
      return {{{"bytes", files_.freeBytes(path(request))}}};
    };
    requests_["may"] = [this](const auto& request, const auto&) -> Reply {
      const std::string right = request.value("right", std::string(" "));
      return {{{"may", files_.may(path(request), right.at(0))}}};
    };
    requests_["digest"] = [this](const auto& request, const auto&) -> Reply {
      const auto source = files_.open(path(request));
      core::Sha256 digest;
      std::vector<char> block(core::kBlockBytes);
      while (const std::size_t got = source->read(block)) digest.add({block.data(), got});
      return {{{"sha256", digest.hex()}}};
    };
  }

  void change() {
    requests_["replace"] = [this](const auto& request, const auto& bytes) -> Reply {
      files_.replace(path(request), bytes, request.value("mode", 0U));
      return {};
    };
    requests_["append"] = [this](const auto& request, const auto& bytes) -> Reply {
      files_.append(path(request), bytes, request.value("mode", 0U));
      return {};
    };
    requests_["truncate"] = [this](const auto& request, const auto&) -> Reply {
      files_.truncate(path(request), request.value("bytes", std::uint64_t{0}));
      return {};
    };
    requests_["makeFolder"] = [this](const auto& request, const auto&) -> Reply {
      files_.makeFolder(path(request), request.value("mode", 0U));
      return {};
    };
    requests_["rename"] = [this](const auto& request, const auto&) -> Reply {
      files_.rename(path(request), bytesOf(request, "to"));
      return {};
    };
    requests_["remove"] = [this](const auto& request, const auto&) -> Reply {
      files_.remove(path(request));
      return {};
    };
    requests_["removeTree"] = [this](const auto& request, const auto&) -> Reply {
      files_.removeTree(path(request));
      return {};
    };
    requests_["setMode"] = [this](const auto& request, const auto&) -> Reply {
      files_.setMode(path(request), request.value("mode", 0U));
      return {};
    };
    requests_["setOwner"] = [this](const auto& request, const auto&) -> Reply {
      files_.setOwner(path(request), bytesOf(request, "account"));
      return {};
    };
    requests_["syncTree"] = [this](const auto& request, const auto&) -> Reply {
      files_.syncTree(path(request));
      return {};
    };
  }

  void streams() {
    requests_["open"] = [this](const auto& request, const auto&) -> Reply {
      sources_[++last_] = files_.open(path(request));
      return {{{"id", last_}}};
    };
    requests_["next"] = [this](const auto& request, const auto&) -> Reply {
      std::string block(core::kBlockBytes, '\0');
      const std::size_t got = at(sources_, request).read(block);
      block.resize(got);
      return {core::Json::object(), std::move(block)};
    };
    requests_["create"] = [this](const auto& request, const auto&) -> Reply {
      sinks_[++last_] = files_.create(path(request), request.value("mode", 0U));
      return {{{"id", last_}}};
    };
    requests_["write"] = [this](const auto& request, const auto& bytes) -> Reply {
      at(sinks_, request).write(bytes);
      return {};
    };
    requests_["finish"] = [this](const auto& request, const auto&) -> Reply {
      at(sinks_, request).finish();
      return {};
    };
    requests_["lock"] = [this](const auto& request, const auto&) -> Reply {
      auto lock = files_.lock(path(request));
      if (!lock) return {{{"id", 0}}};
      locks_[++last_] = std::move(lock);
      return {{{"id", last_}}};
    };
    requests_["drop"] = [this](const auto& request, const auto&) -> Reply {
      const int id = request.value("id", 0);
      sources_.erase(id);
      sinks_.erase(id);
      locks_.erase(id);
      return {};
    };
    requests_["ping"] = [](const auto&, const auto&) -> Reply { return {}; };
  }

  template <typename Map>
  static auto& at(Map& map, const core::Json& request) {
    const auto found = map.find(request.value("id", 0));
    if (found != map.end()) return *found->second;
    throw core::Error(core::Kind::corrupt, "sotctl-remote has no such stream open");
  }

  ports::Files& files_;
  TreeServer trees_;
  bool greeted_ = false;
  int last_ = 0;
  std::map<std::string, Request> requests_;
  std::map<int, std::unique_ptr<core::Source>> sources_;
  std::map<int, std::unique_ptr<ports::FileSink>> sinks_;
  std::map<int, std::unique_ptr<ports::FileLock>> locks_;
};

}  // namespace

void serve(ports::Files& files, ports::Trees& trees, core::Source& in, core::Sink& out) {
  Server server(files, trees);
  FrameReader reader(in);
  while (const auto frame = reader.next()) {
    Reply reply;
    try {
      reply = server.answer(*frame);
    } catch (const core::Error& error) {
      reply = {toJson(error), {}};
    } catch (const core::Json::exception& error) {
      reply = {toJson(core::Error(core::Kind::corrupt, error.what())), {}};
    }
    out.write(encode({reply.words.dump(), std::move(reply.bytes)}));
  }
}

}  // namespace remote
