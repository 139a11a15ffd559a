// PeekedSource: another source, whose first bytes can be looked at before they are read.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "replay/input/source.h"

namespace ari::replay {

class PeekedSource final : public Source {
 public:
  explicit PeekedSource(std::unique_ptr<Source> of) noexcept : of_(std::move(of)) {}

  std::size_t read(char* to, std::size_t size) override;
  bool would_wait() override { return head_begin_ == head_end_ && of_->would_wait(); }

  // The first bytes, up to four, which read() will still return: a pipe cannot be
  // rewound, so they are kept. Requires: nothing was read yet.
  std::string_view head();

 private:
  std::unique_ptr<Source> of_;
  std::array<char, 4> head_{};
  std::size_t head_begin_ = 0;
  std::size_t head_end_ = 0;
};

}  // namespace ari::replay
