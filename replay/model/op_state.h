// OpState: how far an async op has come.
//
//   unpolled → polled ⇄ pending             dropped while pending, or unpolled: cancelled
//                └───→ ready → completed
#pragma once

#include <algorithm>

#include "replay/model/resource.h"

namespace ari::replay {

enum class OpState : std::uint8_t {
  kUnpolled,   // made, not polled yet
  kPolled,     // in a poll
  kPending,    // waits to get on
  kReady,      // has got on; it is not gone yet
  kCompleted,  // gone after that
  kCancelled,  // gone before that
  kDropped,    // gone; whether it got on is not told
};

constexpr OpState state_of(const AsyncOp& op) noexcept {
  const bool ready = op.poll_op.has_value() && op.poll_op->is_ready;
  if (op.dropped_unix_ns.has_value()) {
    if (ready) return OpState::kCompleted;
    const bool told = op.poll_op.has_value() || op.polls == 0;
    return told ? OpState::kCancelled : OpState::kDropped;
  }
  if (op.is_polled) return OpState::kPolled;
  if (ready) return OpState::kReady;
  return op.polls == 0 ? OpState::kUnpolled : OpState::kPending;
}

// How long it waited before it was ready last, or has by the end of its last poll. Requires: a poll
// of it has ended.
constexpr std::int64_t last_wait_ns(const AsyncOp& op) noexcept {
  const std::int64_t since = op.wait_began_unix_ns.value_or(*op.first_poll_unix_ns);
  return std::max<std::int64_t>(0, *op.last_poll_ended_unix_ns - since);
}

}  // namespace ari::replay
