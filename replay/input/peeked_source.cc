#include "replay/input/peeked_source.h"

#include <algorithm>
#include <cstring>

namespace ari::replay {

std::size_t PeekedSource::read(char* to, std::size_t size) {
  if (head_begin_ < head_end_) {
    const std::size_t n = std::min(size, head_end_ - head_begin_);
    std::memcpy(to, head_.data() + head_begin_, n);
    head_begin_ += n;
    return n;
  }
  const std::size_t n = of_->read(to, size);
  if (n == 0) fault_ = of_->fault();
  return n;
}

std::string_view PeekedSource::head() {
  while (head_end_ < head_.size()) {
    const std::size_t n = of_->read(head_.data() + head_end_, head_.size() - head_end_);
    if (n == 0) break;
    head_end_ += n;
  }
  return {head_.data(), head_end_};
}

}  // namespace ari::replay
