#include "lib/remote/trees.hpp"

#include <algorithm>

#include "lib/core/base64.hpp"
#include "lib/core/error.hpp"
#include "lib/remote/node.hpp"
#include "lib/remote/tree_words.hpp"
#include "lib/remote/words.hpp"

namespace remote {
namespace {

/// In one message: far below the most that one may have.
constexpr std::size_t kChanges = 20'000;

core::Json pathOnly(const std::string& path) { return {{"path", core::base64(path)}}; }

}  // namespace

Peer::Reply RemoteTrees::ask(const char* what, core::Json words) {
  words["do"] = std::string("trees.") + what;
  const auto half = connect_();
  try {
    return half->ask(words);
  } catch (const core::Error& error) {
    if (half->lost()) throw;
    throw core::Error(error.kind(), host_ + ": " + error.what(), error.hint());
  }
}

void RemoteTrees::walk(const std::string& root, ports::TreeVisitor& visitor) {
  const core::Json id = ask("walk", pathOnly(root)).words.at("id");
  WalkReader reader(visitor);
  try {
    for (;;) {
      const std::string block =
          ask("walkNext", {{"id", id}, {"unwanted", reader.takeUnwanted()}}).bytes;
      if (block.empty()) break;
      reader.read(block);
    }
  } catch (...) {
    try {
      ask("walkEnd", {{"id", id}});
    } catch (const core::Error&) {  // then it went with its half
    }
    throw;
  }
  ask("walkEnd", {{"id", id}});
}

std::optional<ports::Attributes> RemoteTrees::attributes(const std::string& path) {
  const core::Json words = ask("attributes", pathOnly(path)).words;
  if (words.at("attributes").is_null()) return std::nullopt;
  return attributesOf(words.at("attributes"));
}

std::optional<ports::Identity> RemoteTrees::account(const std::string& name) {
  const core::Json words = ask("account", {{"name", core::base64(name)}}).words;
  if (words.at("identity").is_null()) return std::nullopt;
  return identityOf(words.at("identity"));
}

std::optional<unsigned> RemoteTrees::group(const std::string& name) {
  const core::Json words = ask("group", {{"name", core::base64(name)}}).words;
  if (words.at("gid").is_null()) return std::nullopt;
  return words.at("gid").get<unsigned>();
}

std::string RemoteTrees::accountName(unsigned uid) {
  return ask("accountName", {{"id", uid}}).bytes;
}

std::string RemoteTrees::groupName(unsigned gid) { return ask("groupName", {{"id", gid}}).bytes; }

std::vector<ports::AccessAnswer> RemoteTrees::access(
    const ports::Identity& who, int inside, const std::vector<ports::AccessQuestion>& questions) {
  core::Json asked = core::Json::array();
  for (const ports::AccessQuestion& one : questions) {
    asked.push_back({{"path", core::base64(one.path)}, {"rights", one.rights}});
  }
  const core::Json words =
      ask("access", {{"who", toJson(who)}, {"inside", inside}, {"questions", asked}}).words;
  std::vector<ports::AccessAnswer> answers;
  for (const core::Json& one : words.at("answers")) answers.push_back(answerOf(one));
  if (answers.size() != questions.size()) {
    throw core::Error(core::Kind::corrupt, host_ + " answered another number of questions");
  }
  return answers;
}

ports::WriteTrial RemoteTrees::tryWrite(const ports::Identity& who, int inside,
                                        const std::string& folder) {
  core::Json words = pathOnly(folder);
  words.update({{"who", toJson(who)}, {"inside", inside}});
  return trialOf(ask("tryWrite", words).words.at("trial"));
}

std::vector<ports::Changed> RemoteTrees::change(
    const std::string& root, const std::vector<ports::AttributeChange>& changes) {
  std::vector<ports::Changed> results;
  for (std::size_t at = 0; at < changes.size(); at += kChanges) {
    core::Json part = core::Json::array();
    for (std::size_t i = at; i < std::min(at + kChanges, changes.size()); ++i) {
      part.push_back(toJson(changes[i]));
    }
    core::Json words = pathOnly(root);
    words["changes"] = part;
    const core::Json told = ask("change", words).words;
    for (const core::Json& one : told.at("results")) {
      const int result = one.get<int>();
      if (result < 0 || result > static_cast<int>(ports::Changed::unsafe)) {
        throw core::Error(core::Kind::corrupt, host_ + " tells an unknown result of a change");
      }
      results.push_back(static_cast<ports::Changed>(result));
    }
  }
  if (results.size() != changes.size()) {
    throw core::Error(core::Kind::corrupt, host_ + " tells another number of changes");
  }
  return results;
}

}  // namespace remote
