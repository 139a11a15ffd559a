#include "replay/input/compressed_input.h"

#include <fmt/format.h>

namespace ari::replay {

bool CompressedInput::refill() {
  begin_ = 0;
  end_ = of_->read(buffer_.data(), buffer_.size());
  read_ += end_;
  return end_ > 0;
}

std::string CompressedInput::why_ended(bool inside, std::string_view compression,
                                       std::string_view unit) const {
  if (of_->may_grow()) return {};
  if (!of_->fault().empty() || !inside) return of_->fault();
  return fmt::format("{} data ends in the middle of a {}, after {} compressed bytes", compression,
                     unit, read_);
}

}  // namespace ari::replay
