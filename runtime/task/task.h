// Task: a coroutine of ari.
//
//   ari::Task<int> answer() { co_return 42; }
//   ari::Task<void> ask() {
//     int a = co_await answer();             // runs it to its end, here
//     auto later = ari::spawn(answer());     // runs it beside this one (spawn.h)
//     int b = co_await later;
//   }
//
// Lazy: calling answer() only makes the frame; nothing of the body runs before the Task
// is co_awaited, spawned or given to block_on(), once; one that was moved from then throws
// std::logic_error. A Task that is destroyed takes its frame with it. An exception leaves the
// body through the co_await.
//
// Coroutines take their parameters by value: what a reference meant may be gone after the
// first suspension. So may the captures of a lambda that is a coroutine: they are in the
// lambda, not in the frame. Give it to spawn() without calling it, spawn([x]() -> Task<void>
// {…}), and it is kept; with () behind it the lambda is gone at the end of the statement.
//
// g++ 12 has two bugs with coroutines that the build warns of: write `auto v = co_await x;`
// and then test v, and name lambdas and aggregates before a co_await rather than inside of it.
#pragma once

#include <exception>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "runtime/task/frame.h"
#include "runtime/task/not_awaitable.h"

namespace ari {

template <class T>
class Task;

namespace task {

template <class T>
class TaskAwaiter;
template <class F>
class FutureAwaiter;
template <class T>
class Cell;
template <class T>
class Branch;

class PromiseBase : public Frame {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  // At its end a frame takes itself off the stack; poll() goes on with the one below.
  struct Ended {
    bool await_ready() noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> ended) noexcept {
      ended.promise().stack->pop();
    }
    void await_resume() noexcept {}
  };
  Ended final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  template <class U>
  TaskAwaiter<U> await_transform(
      Task<U>&& task, std::source_location at = std::source_location::current()) noexcept {
    waits_in = at;
    return TaskAwaiter<U>(*this, std::move(task));
  }
  template <AwaitableAs F>
  FutureAwaiter<std::remove_reference_t<F>> await_transform(
      F&& future, std::source_location at = std::source_location::current()) noexcept {
    waits_in = at;
    return FutureAwaiter<std::remove_reference_t<F>>(*this, future);
  }
  template <class X>
    requires(!AwaitableAs<X>)
  std::suspend_never await_transform(X&& /*thing*/) noexcept {
    refuse_to_await<X>();
    return {};
  }

 protected:
  std::exception_ptr error_;  // what left the body
};

template <class T>
class Promise final : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept;

  template <class U = T>                  // so that co_return {1, 2}; is a T
    requires std::is_convertible_v<U, T>  // as for return: no explicit constructor
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }

  // The result, once, after the end; throws what left the body.
  T result() {
    if (error_) std::rethrow_exception(error_);
    // C++ promises nothing of a coroutine that forgets it; g++ and clang come here without a value.
    if (!value_) [[unlikely]]
      throw std::logic_error("ari: the coroutine of a Task with a value ended without co_return");
    return *std::move(value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> final : public PromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void result() {
    if (error_) std::rethrow_exception(error_);
  }
};

}  // namespace task

template <class T>
class [[nodiscard("a Task does nothing until it is co_awaited or spawned")]] Task {
  static_assert(std::is_void_v<T> || (std::is_object_v<T> && std::is_move_constructible_v<T>),
                "the T of Task<T> is void or a movable value");

 public:
  using promise_type = task::Promise<T>;

 private:
  friend promise_type;
  friend class task::TaskAwaiter<T>;
  friend class task::Branch<T>;
  template <class U>
  friend class task::Cell;

  explicit Task(promise_type& promise) noexcept : frame_(&promise) {}

  task::OwnedFrame frame_;
};

namespace task {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  handle = std::coroutine_handle<Promise>::from_promise(*this);
  return Task<T>(*this);
}

inline Task<void> Promise<void>::get_return_object() noexcept {
  handle = std::coroutine_handle<Promise>::from_promise(*this);
  return Task<void>(*this);
}

// co_await of a Task: its frame goes on top of ours.
template <class T>
class TaskAwaiter {
 public:
  TaskAwaiter(Frame& waiting, Task<T>&& task) noexcept
      : waiting_(waiting), frame_(std::move(task.frame_)) {}

  bool await_ready() const {
    static_cast<void>(frame_.there());
    return false;
  }
  void await_suspend(std::coroutine_handle<>) noexcept { waiting_.stack->push(frame_); }
  T await_resume() { return static_cast<Promise<T>*>(frame_.get())->result(); }

 private:
  Frame& waiting_;
  OwnedFrame frame_;
};

// co_await of a Future: polled at once, and again at each poll of the task until ready.
template <class F>
class FutureAwaiter {
 public:
  FutureAwaiter(Frame& waiting, F& future) noexcept : waiting_(waiting), future_(future) {}

  bool await_ready() noexcept { return future_.poll(waiting_.stack->context()) == Poll::kReady; }
  void await_suspend(std::coroutine_handle<>) noexcept { waiting_.stack->park(future_); }
  decltype(auto) await_resume() {
    if constexpr (requires { future_.result(); }) return future_.result();
  }
  [[nodiscard("it may tell of a failure")]] decltype(auto) await_resume()
    requires MustUse<F>
  {
    return future_.result();
  }

 private:
  Frame& waiting_;
  F& future_;
};

}  // namespace task
}  // namespace ari
