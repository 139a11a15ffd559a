// Future: what can be waited for, written by hand.
//
// Coroutines (task.h) are made of co_awaits, and at the bottom of each chain of them is a
// Future: sleep, Notify, a channel, or one of your own. It is polled until it is ready.
// A future that is not ready must have arranged for the waker of the *last* poll to be
// woken; if nobody is left who could, the task waits for ever.
//
//   class Flag {
//    public:
//     ari::Poll poll(ari::Context& cx) noexcept {
//       if (up_) return ari::Poll::kReady;
//       waker_ = cx.waker();             // a copy, for whoever raises the flag
//       return ari::Poll::kPending;
//     }
//     void raise() { up_ = true; std::move(waker_).wake(); }
//     …
//   co_await flag;
//
// A future that yields a value has a function result(), called once, after kReady; unlike
// poll() it may throw. A future has to stay where it is from its first poll to its end.
//
// A result that must not go unseen, such as that of a send that may not have sent: its future
// says so by a constant kMustUse that is true. clang then warns of a co_await that drops it
// (g++ 12 warns of none); static_cast<void>(co_await …) says that it is meant.
//
// One that refers to temporaries, such as select(sleep(...), ...), says so by a constant
// kBorrows that is true, and can then only be awaited in the expression that made it.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "runtime/task/context.h"
#include "runtime/task/wait.h"

namespace ari {

enum class Poll : std::uint8_t {
  kPending,  // not yet; the waker will be woken
  kReady,    // done; not to be polled again
};

template <class F>
concept Future = requires(F& future, Context& cx) {
  { future.poll(cx) } noexcept -> std::same_as<Poll>;
};

template <class F>
concept Borrowing = requires { requires F::kBorrows; };

template <class F>
concept MustUse = requires { requires F::kMustUse; };

// What may be awaited, as deduced for a forwarding reference A&&: F for a temporary, F& for
// a future that has a name.
template <class A>
concept AwaitableAs = Future<std::remove_reference_t<A>> &&
                      !(std::is_lvalue_reference_v<A> && Borrowing<std::remove_reference_t<A>>);

}  // namespace ari
