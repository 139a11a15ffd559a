#include "replay/input/compressed_input.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace ari::replay {

bool CompressedInput::refill() {
  begin_ = 0;
  end_ = of_->read(buffer_.data(), buffer_.size());
  read_ += end_;
  return end_ > 0;
}

void CompressedInput::gather(std::size_t bytes) {
  if (end_ - begin_ >= bytes) return;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  while (end_ < bytes) {
    const std::size_t n = of_->read(buffer_.data() + end_, buffer_.size() - end_);
    if (n == 0) return;
    end_ += n;
    read_ += n;
  }
}

std::string CompressedInput::why_ended(bool inside, std::string_view compression,
                                       std::string_view unit) const {
  if (of_->may_grow()) return {};
  if (!of_->fault().empty() || !inside) return of_->fault();
  return fmt::format("{} data ends in the middle of a {}, after {} compressed bytes", compression,
                     unit, read_);
}

}  // namespace ari::replay
