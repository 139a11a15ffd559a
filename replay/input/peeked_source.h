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
  bool may_grow() const override { return of_->may_grow(); }

  // The first bytes, up to four, which read() will still return: a pipe cannot be
  // rewound, so they are kept. Requires: nothing was read yet. Of what may_grow() there may be
  // more next time.
  std::string_view head();

 private:
  std::unique_ptr<Source> of_;
  std::array<char, 4> head_{};
  std::size_t head_begin_ = 0;
  std::size_t head_end_ = 0;
};

}  // namespace ari::replay
