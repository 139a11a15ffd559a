// timeout: waits for something, but not for ever.
//
//   auto answer = co_await ari::time::timeout(std::chrono::seconds(1), receiver);
//   if (!answer) co_return;                  // a second was not enough
//   use(*answer);
//
//   auto line = co_await ari::time::timeout(std::chrono::seconds(5), read_line());
//   use(std::move(line).value());            // or throws Elapsed
//
// It takes a Task, which is cancelled, that is destroyed wherever it waits, as soon as time
// is out; or any Future, to which it only refers: a JoinHandle or a receiver that has a name
// lives on and may be awaited again, a temporary ends with the statement.
//
// What is waited for is asked first, so that it is never too late if it is ready; and what it
// throws is thrown here. In logs a timeout is a Sleep, made where timeout() was called.
#pragma once

#include <source_location>
#include <utility>
#include <variant>

#include "runtime/task/branch.h"
#include "runtime/time/clock.h"
#include "runtime/time/sleep.h"
#include "runtime/time/timeout_result.h"

namespace ari::time {

namespace detail {

// Polls the delay of a timeout whose future is not ready. `had_budget`: before that one was
// polled.
Poll poll_delay(Sleep& delay, bool had_budget, Context& cx) noexcept;

template <class T>
struct ResultOf {
  using Type = TimeoutResult<T>;
};
template <>
struct ResultOf<std::monostate> {
  using Type = TimeoutResult<void>;
};

}  // namespace detail

// A Future. Stays where it is.
template <task::Branchable F>
class Timeout {
 public:
  static constexpr bool kBorrows = task::kIsBorrowed<F>;
  using Result = typename detail::ResultOf<task::ValueOf<F>>::Type;

  Timeout(Instant deadline, F&& future, std::source_location at)
      : delay_(deadline, at), future_(task::lend(future)) {}
  Timeout(const Timeout&) = delete;
  Timeout& operator=(const Timeout&) = delete;

  Poll poll(Context& cx) noexcept {
    const bool had_budget = !cx.is_exhausted();
    if (future_.poll(cx) == Poll::kReady) return Poll::kReady;
    if (detail::poll_delay(delay_, had_budget, cx) == Poll::kPending) return Poll::kPending;
    elapsed_ = true;
    task::cancel(future_);
    return Poll::kReady;
  }

  Result result() {
    if (elapsed_) return Result();
    if constexpr (std::is_same_v<Result, TimeoutResult<void>>) {
      task::take_value(future_);
      return Result(std::in_place);
    } else {
      return Result(task::take_value(future_));
    }
  }

  void visit_branches(task::BranchVisitor& visitor) const {
    task::visit_branches_of(future_, visitor);
    task::visit_branches_of(delay_, visitor);
  }

 private:
  Sleep delay_;  // first, since Tokio drops it last
  task::BranchOf<F> future_;
  bool elapsed_ = false;
};

template <task::Branchable F>
[[nodiscard("does nothing until it is co_awaited")]] auto timeout_at(
    Instant deadline, F&& future, std::source_location at = std::source_location::current()) {
  return Timeout<F>(deadline, std::forward<F>(future), at);
}

// The time counts from this call. A duration beyond what the clock can count is no limit.
template <task::Branchable F>
[[nodiscard("does nothing until it is co_awaited")]] auto timeout(
    Duration duration, F&& future, std::source_location at = std::source_location::current()) {
  return Timeout<F>(after(Clock::now(), duration), std::forward<F>(future), at);
}

}  // namespace ari::time
