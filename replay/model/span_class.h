// SpanClass: what a span stands for, by its name.
#pragma once

#include <cstdint>

#include "subscriber/record.h"

namespace ari::replay {

enum class SpanClass : std::uint8_t {
  kUnknown,      // a span of the program's own, or one whose beginning is not in the log
  kTask,         // runtime.spawn
  kResource,     // runtime.resource
  kAsyncOp,      // runtime.resource.async_op
  kAsyncOpPoll,  // runtime.resource.async_op.poll
};

// Of the record of a span's beginning.
SpanClass class_of(const subscriber::Record& record) noexcept;

}  // namespace ari::replay
