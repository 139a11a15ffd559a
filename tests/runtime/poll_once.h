// poll_once: polls a future a single time, in the task that asks. boxed: a future that can be
// destroyed at any time.
//
//   auto send = test::boxed([&] { return tx.send(1); });
//   const bool sent = co_await test::poll_once(*send);   // true if it was ready
//   send.reset();
//
// For tests that stop a future in each of its states, without a second task and its turns.
#pragma once

#include <memory>

#include "runtime/task/future.h"

namespace ari::test {

template <Future F>
class PollOnce {
 public:
  explicit PollOnce(F& future) noexcept : future_(future) {}

  Poll poll(Context& cx) noexcept {
    is_ready_ = future_.poll(cx) == Poll::kReady;
    return Poll::kReady;
  }
  bool result() const noexcept { return is_ready_; }

 private:
  F& future_;
  bool is_ready_ = false;
};

// `future` has to outlive what is returned.
template <Future F>
PollOnce<F> poll_once(F& future) noexcept {
  return PollOnce<F>(future);
}

// The future that `make` returns, on the heap, though it cannot be moved.
template <class Make>
auto boxed(Make make) {
  using Made = decltype(make());
  return std::unique_ptr<Made>(new Made(make()));
}

}  // namespace ari::test
