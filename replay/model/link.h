// Link: what leads from one thing of a Model to another; LineNumber: and to where the log tells it.
#pragma once

#include <cstdint>

#include "subscriber/record.h"

namespace ari::replay {

using subscriber::SpanId;

// Where in the log something stands; 0: nowhere.
using LineNumber = std::uint64_t;

inline constexpr std::uint32_t kNowhere = 0xffff'ffff;

// Another thing of the model. Span ids are used again in a long log; the index is not.
struct Link {
  SpanId span = 0;                 // 0: none, or the log does not tell
  std::uint32_t index = kNowhere;  // in its list; kNowhere: its beginning is not in the log

  explicit operator bool() const noexcept { return span != 0; }
};

}  // namespace ari::replay
