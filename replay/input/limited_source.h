// LimitedSource: the first bytes of another source, as if there were no more.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "replay/input/source.h"

namespace ari::replay {

class LimitedSource final : public Source {
 public:
  LimitedSource(std::unique_ptr<Source> of, std::uint64_t bytes) noexcept
      : of_(std::move(of)), left_(bytes) {}

  std::size_t read(char* to, std::size_t size) override {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
    const std::size_t got = most == 0 ? 0 : of_->read(to, most);
    if (got == 0) fault_ = of_->fault();
    left_ -= got;
    return got;
  }

 private:
  std::unique_ptr<Source> of_;
  std::uint64_t left_;
};

}  // namespace ari::replay
