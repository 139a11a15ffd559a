// Branch: a coroutine that runs inside of a task beside others, as a Future.
//
// What select, join and the like are made of. A Task that is co_awaited goes on top of the
// stack that the waiting one is on, and that one stands still meanwhile. A Branch gives the
// Task a stack of its own, so that several can be polled in turn: each poll runs the
// branch's frames until they wait, with the waker and the budget of the task that they
// all belong to. Futures that are no coroutines need no Branch; a combinator of yours
// takes both by
//
//   template <ari::task::Branchable F>
//   class Twice {
//    public:
//     explicit Twice(F&& future) : future_(ari::task::lend(future)) {}
//     …
//     ari::task::BranchOf<F> future_;      // a Branch, or a reference to the future
//   };
//
// and takes the result with take_value() as soon as the future is ready, since that frees
// what a coroutine still holds: its parameters.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/task/task.h"
#include "runtime/trace/span_branch.h"

namespace ari::task {

// The part that does not depend on the result's type.
class BranchBase {
 public:
  BranchBase(const BranchBase&) = delete;
  BranchBase& operator=(const BranchBase&) = delete;

  // Branch is a Future.
  Poll poll(Context& cx) noexcept;

  // Destroys what there is of the coroutine, wherever it waits. Not to be polled afterwards.
  void cancel() noexcept;

  void visit_branches(BranchVisitor& visitor) const {
    if (frames_.top() != nullptr) visitor.visit(frames_);
  }

 protected:
  explicit BranchBase(OwnedFrame root);
  ~BranchBase() { cancel(); }

  OwnedFrame root_;  // null once the result was taken

 private:
  FrameStack frames_;
  trace::SpanBranch spans_;
};

// Stays where it is.
template <class T>
class Branch final : public BranchBase {
 public:
  // Throws std::logic_error if the task was moved from.
  explicit Branch(Task<T>&& task) : BranchBase(std::move(task.frame_)) {}

  // What the coroutine returned; throws what left its body. Destroys the frame.
  T result() {
    const OwnedFrame ended = std::move(root_);
    return static_cast<Promise<T>*>(ended.get())->result();
  }
};

template <class T>
inline constexpr bool kIsTask = false;
template <class T>
inline constexpr bool kIsTask<Task<T>> = true;

// What a combinator takes: a Task, which it owns from then on, or any Future, to which it
// refers and which must live until the combinator is done. A temporary does, if that is
// co_awaited in the expression that it was made in.
template <class A>
concept Branchable = kIsTask<A> || AwaitableAs<A>;

// Whether A, as deduced for A&&, is a temporary that a combinator refers to.
template <class A>
inline constexpr bool kIsBorrowed = !kIsTask<A> && !std::is_lvalue_reference_v<A>;

namespace detail {
template <class A>
struct BranchOf {
  using Type = std::remove_reference_t<A>&;
};
template <class T>
struct BranchOf<Task<T>> {
  using Type = Branch<T>;
};
}  // namespace detail

// How a combinator keeps what it was given as A&&, and what it initialises that with.
template <Branchable A>
using BranchOf = typename detail::BranchOf<A>::Type;

template <class T>
Task<T>&& lend(Task<T>& task) noexcept {
  return std::move(task);
}
template <Future F>
F& lend(F& future) noexcept {
  return future;
}

// Destroys a branch that nobody wants any more; a future that is only referred to is
// destroyed by its owner.
inline void cancel(BranchBase& branch) noexcept { branch.cancel(); }
template <Future F>
  requires(!std::is_base_of_v<BranchBase, F>)
void cancel(F&) noexcept {}

// The result of a ready future as a value that can be kept: std::monostate where there is
// none, a std::reference_wrapper for a reference.
template <Future F>
auto take_value(F& future) {
  if constexpr (!requires { future.result(); }) {
    return std::monostate();
  } else if constexpr (std::is_void_v<decltype(future.result())>) {
    future.result();
    return std::monostate();
  } else if constexpr (std::is_lvalue_reference_v<decltype(future.result())>) {
    return std::ref(future.result());
  } else {
    return future.result();
  }
}
template <Branchable A>
using ValueOf = decltype(take_value(std::declval<BranchOf<A>&>()));

}  // namespace ari::task
