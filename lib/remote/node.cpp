#include "lib/remote/node.hpp"

#include "lib/core/error.hpp"

namespace remote {
namespace {

// What follows the event's letter: bits of what is told, and not as before.
constexpr unsigned kAttributes = 1;
constexpr unsigned kDevice = 2;
constexpr unsigned kLinks = 4;  // more than one

void put(std::string& to, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(number >> (8 * i) & 0xFF);
}

void put(std::string& to, std::string_view text) {
  put(to, text.size(), 4);
  to += text;
}

}  // namespace

void WalkWriter::enter(const ports::Node& folder, bool other_mount) {
  node(other_mount ? 'O' : 'E', folder);
}

void WalkWriter::visit(const ports::Node& one) { node('V', one); }

void WalkWriter::leave() { text_ += 'L'; }

void WalkWriter::missed(std::string_view name, const std::string& why) {
  text_ += 'M';
  put(text_, name);
  put(text_, why);
}

void WalkWriter::node(char event, const ports::Node& node) {
  const bool attributes = !(node.attributes == last_);
  const bool device = node.device != last_device_;
  text_ += event;
  put(text_,
      (attributes ? kAttributes : 0) | (device ? kDevice : 0) | (node.links != 1 ? kLinks : 0), 1);
  put(text_, node.name);
  put(text_, node.inode, 8);
  put(text_, static_cast<std::uint64_t>(node.changed.time_since_epoch().count()), 8);
  if (device) put(text_, last_device_ = node.device, 8);
  if (node.links != 1) put(text_, node.links, 4);
  if (!attributes) return;
  last_ = node.attributes;
  put(text_, static_cast<std::uint64_t>(last_.type), 1);
  put(text_, last_.mode, 2);
  put(text_, last_.uid, 4);
  put(text_, last_.gid, 4);
  put(text_, last_.access_acl);
  put(text_, last_.default_acl);
}

std::uint64_t WalkReader::number(std::string_view& block, int bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  if (block.size() < size) throw core::Error(core::Kind::corrupt, "a walk elsewhere was cut");
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(block[i]);
  block.remove_prefix(size);
  return number;
}

std::string WalkReader::text(std::string_view& block) {
  const std::size_t size = number(block, 4);
  if (block.size() < size) throw core::Error(core::Kind::corrupt, "a walk elsewhere was cut");
  std::string text(block.substr(0, size));
  block.remove_prefix(size);
  return text;
}

void WalkReader::read(std::string_view block) {
  while (!block.empty()) {
    const char event = block.front();
    block.remove_prefix(1);
    show(event, block);
  }
}

void WalkReader::show(char event, std::string_view& block) {
  const bool open = closed_at_ == 0;
  if (event == 'L') {
    if (depth_ == 0)
      throw core::Error(core::Kind::corrupt, "a walk elsewhere left what it is not in");
    if (open) visitor_.leave();
    if (closed_at_ == depth_) closed_at_ = 0;
    --depth_;
    return;
  }
  if (event == 'M') {
    const std::string name = text(block);
    const std::string why = text(block);
    if (open) visitor_.missed(name, why);
    return;
  }
  if (event != 'E' && event != 'O' && event != 'V') {
    throw core::Error(core::Kind::corrupt, "a walk elsewhere tells an unknown event");
  }
  const std::uint64_t told = number(block, 1);
  const std::string name = text(block);
  const std::uint64_t inode = number(block, 8);
  const core::Time changed(core::Time::duration(static_cast<std::int64_t>(number(block, 8))));
  if ((told & kDevice) != 0) last_device_ = number(block, 8);
  const std::uint64_t links = (told & kLinks) != 0 ? number(block, 4) : 1;
  if ((told & kAttributes) != 0) {
    last_.type = static_cast<ports::FileType>(number(block, 1));
    last_.mode = static_cast<unsigned>(number(block, 2));
    last_.uid = static_cast<unsigned>(number(block, 4));
    last_.gid = static_cast<unsigned>(number(block, 4));
    last_.access_acl = text(block);
    last_.default_acl = text(block);
  }
  const ports::Node node{name, last_, last_device_, inode, links, changed};
  if (event == 'E') {
    ++entered_;
    ++depth_;
    if (!open || visitor_.enter(node, false)) return;
    closed_at_ = depth_;
    unwanted_.push_back(entered_);
  } else if (open && event == 'O') {
    visitor_.enter(node, true);
  } else if (open) {
    visitor_.visit(node);
  }
}

}  // namespace remote
