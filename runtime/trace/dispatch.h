// Where instrumented code finds the Subscriber.
//
// One pointer for the process. While nobody listens it is null, and a callsite costs one
// load and one branch that the processor predicts.
#pragma once

#include <atomic>

#include "runtime/trace/subscriber.h"

namespace ari::trace {

namespace detail {
inline constinit std::atomic<Subscriber*> subscriber{nullptr};
}  // namespace detail

// The current subscriber, or null while nobody listens. Any thread.
inline Subscriber* subscriber() noexcept {
  // acquire: pairs with the release in set_subscriber(), so that the caller sees the
  // subscriber's constructor done. On x86 an ordinary load.
  return detail::subscriber.load(std::memory_order_acquire);
}

// Makes `subscriber` hear of everything from now on; null makes it silent again. Not
// owned. Requires: a subscriber that was set outlives every thread that may still be
// calling it; in practice it is set once and lives until the process ends.
inline void set_subscriber(Subscriber* subscriber) noexcept {
  // release: pairs with the acquire in subscriber().
  detail::subscriber.store(subscriber, std::memory_order_release);
}

}  // namespace ari::trace
