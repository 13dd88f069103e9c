#include "lib/remote/tree_words.hpp"

#include "lib/core/base64.hpp"
#include "lib/remote/words.hpp"

namespace remote {

core::Json toJson(const ports::Attributes& attributes) {
  return {{"type", static_cast<int>(attributes.type)},
          {"mode", attributes.mode},
          {"uid", attributes.uid},
          {"gid", attributes.gid},
          {"acl", core::base64(attributes.access_acl)},
          {"default", core::base64(attributes.default_acl)}};
}

ports::Attributes attributesOf(const core::Json& words) {
  return {static_cast<ports::FileType>(words.at("type").get<int>()),
          words.at("mode").get<unsigned>(),
          words.at("uid").get<unsigned>(),
          words.at("gid").get<unsigned>(),
          bytesOf(words, "acl"),
          bytesOf(words, "default")};
}

core::Json toJson(const ports::Identity& identity) {
  return {{"uid", identity.uid}, {"gid", identity.gid}, {"groups", identity.groups}};
}

ports::Identity identityOf(const core::Json& words) {
  return {words.at("uid").get<unsigned>(), words.at("gid").get<unsigned>(),
          words.at("groups").get<std::vector<unsigned>>()};
}

core::Json toJson(const ports::AccessAnswer& answer) {
  return {
      {"allowed", answer.allowed}, {"error", answer.error}, {"words", core::base64(answer.words)}};
}

ports::AccessAnswer answerOf(const core::Json& words) {
  return {words.at("allowed").get<bool>(), words.at("error").get<int>(), bytesOf(words, "words")};
}

core::Json toJson(const ports::WriteTrial& trial) {
  return {{"ok", trial.ok},
          {"failed", core::base64(trial.failed)},
          {"words", core::base64(trial.words)},
          {"left", core::base64(trial.left)}};
}

ports::WriteTrial trialOf(const core::Json& words) {
  return {words.at("ok").get<bool>(), bytesOf(words, "failed"), bytesOf(words, "words"),
          bytesOf(words, "left")};
}

core::Json toJson(const ports::AttributeChange& change) {
  return {{"path", core::base64(change.path)},
          {"device", change.device},
          {"inode", change.inode},
          {"from", toJson(change.from)},
          {"to", toJson(change.to)}};
}

std::vector<ports::AttributeChange> changesOf(const core::Json& words) {
  std::vector<ports::AttributeChange> changes;
  for (const core::Json& one : words) {
    changes.push_back({bytesOf(one, "path"), one.at("device").get<std::uint64_t>(),
                       one.at("inode").get<std::uint64_t>(), attributesOf(one.at("from")),
                       attributesOf(one.at("to"))});
  }
  return changes;
}

}  // namespace remote
