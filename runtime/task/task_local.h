// TaskLocal: a value that belongs to whatever a task is doing, found without being passed.
//
//   inline constexpr ari::TaskLocal<RequestId> request;         // at namespace scope
//
//   ari::Task<void> serve(RequestId id) { co_await request.scope(id, handle()); }
//   ari::Task<void> handle() { log(request.get()); … }          // however deep below
//
// The value is there while the task polls what scope() was given, and while that is
// destroyed; not between two polls, so no other task ever sees it, and not in tasks that
// are spawned inside. A scope may lie in another of the same TaskLocal and hides the outer
// value.
#pragma once

#include <utility>

#include "runtime/task/branch.h"

namespace ari {

namespace task {

// A value that is in scope, in the list of those that the calling thread has.
class LocalScope {
 public:
  LocalScope(const LocalScope&) = delete;
  LocalScope& operator=(const LocalScope&) = delete;

  // The innermost value of this TaskLocal, or null.
  static void* find(const void* local) noexcept;
  // The same; throws std::logic_error if there is none.
  static void* get(const void* local);

  // While one lives, the calling thread is in no scope: for where other tasks are polled or
  // destroyed inside of a task's poll.
  class Hidden {
   public:
    Hidden() noexcept;
    ~Hidden();
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

   private:
    LocalScope* const before_;
  };

 protected:
  LocalScope(const void* local, void* value) noexcept : local_(local), value_(value) {}
  ~LocalScope() = default;

  // In scope on the calling thread as long as one of these lives.
  class Inside {
   public:
    explicit Inside(LocalScope& scope) noexcept;
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    LocalScope& scope_;
  };

 private:
  const void* local_;
  void* value_;
  LocalScope* outer_ = nullptr;  // while inside
};

// A Future. Stays where it is.
template <class T, Branchable F>
class Scoped : private LocalScope {
 public:
  static constexpr bool kBorrows = kIsBorrowed<F>;

  Scoped(const void* local, T value, F&& future)
      : LocalScope(local, &value_), value_(std::move(value)), future_(lend(future)) {}
  ~Scoped() {
    const Inside inside(*this);
    cancel(future_);
  }

  Poll poll(Context& cx) noexcept {
    const Inside inside(*this);
    return future_.poll(cx);
  }

  decltype(auto) result() {
    const Inside inside(*this);
    if constexpr (requires { future_.result(); }) return future_.result();
  }

  void visit_branches(BranchVisitor& visitor) const { visit_branches_of(future_, visitor); }

 private:
  T value_;
  BranchOf<F> future_;
};

}  // namespace task

// Never destroyed before the last scope of it: a global.
template <class T>
class TaskLocal {
 public:
  constexpr TaskLocal() noexcept = default;
  TaskLocal(const TaskLocal&) = delete;
  TaskLocal& operator=(const TaskLocal&) = delete;

  // Waits for a Task or a Future; while that one is polled, `value` is in scope.
  template <task::Branchable F>
  [[nodiscard("does nothing until it is co_awaited")]] auto scope(T value, F&& future) const {
    return task::Scoped<T, F>(this, std::move(value), std::forward<F>(future));
  }

  // The value in scope; throws std::logic_error outside. Lives as long as its scope.
  T& get() const { return *static_cast<T*>(task::LocalScope::get(this)); }

  // The same; null outside.
  T* try_get() const noexcept { return static_cast<T*>(task::LocalScope::find(this)); }
};

}  // namespace ari
