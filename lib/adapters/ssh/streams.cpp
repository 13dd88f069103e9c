#include "lib/adapters/ssh/streams.hpp"

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr std::size_t kBuffered = 1 << 20;

}  // namespace

std::size_t OpeningSource::read(std::span<char> block) {
  if (const std::size_t got = opening_.read(block)) return got;
  return rest_ == nullptr ? 0 : rest_->read(block);
}

void AnswerSink::write(std::string_view bytes) {
  if (answered_) return pass(bytes);
  noise_.append(bytes);
  const auto at = noise_.find(mark_);
  const auto end = at == std::string::npos ? at : noise_.find('\n', at);
  if (end == std::string::npos) {
    if (noise_.size() <= kBuffered) return;
    throw core::Error(core::Kind::unexpected,
                      "the other host says more than 1 MiB before it runs anything",
                      "Look at the start-up files of its login shell.");
  }
  const auto words = at + mark_.size();
  {
    const std::lock_guard lock(mutex_);
    answer_ = core::trim(std::string_view(noise_).substr(words, end - words));
  }
  answered_ = true;
  const std::string rest = noise_.substr(end + 1);
  noise_.resize(at);
  if (!rest.empty()) pass(rest);
}

void AnswerSink::pass(std::string_view bytes) {
  if (out_ != nullptr) return out_->write(bytes);
  if (text_.size() + bytes.size() > kBuffered) {
    throw core::Error(core::Kind::unexpected, program_ + " said more than 1 MiB",
                      "This is more than it should have to say: run it by hand and see.");
  }
  text_.append(bytes);
}

std::string AnswerSink::answer() const {
  const std::lock_guard lock(mutex_);
  return answer_;
}

bool EndWatch::add(std::string_view bytes) {
  tail_.append(bytes);
  const auto at = tail_.rfind(sign_);
  if (at != std::string::npos) return tail_.find('\n', at + sign_.size()) != std::string::npos;
  if (tail_.size() > sign_.size()) tail_.erase(0, tail_.size() - sign_.size());
  return false;
}

std::string takeEnd(std::string& err, const std::string& mark) {
  std::string words;
  const std::string sign = "\n" + mark + " end ";
  if (const auto at = err.rfind(sign); at != std::string::npos) {
    words = err.substr(at + sign.size());
    err.resize(at);
  }
  if (const auto at = err.find(mark + "\n"); at != std::string::npos) {
    err.erase(0, at + mark.size() + 1);
  }
  return words;
}

}  // namespace adapters
