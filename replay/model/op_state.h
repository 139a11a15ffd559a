// OpState: how far an async op has come.
//
//   unpolled → polled ⇄ pending             dropped while pending, or unpolled: cancelled
//                └───→ ready → completed
#pragma once

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

}  // namespace ari::replay
