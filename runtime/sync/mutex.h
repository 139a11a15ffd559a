// Mutex: a value that one task at a time may touch.
//
//   ari::sync::Mutex<Table> table;
//   {
//     auto guard = co_await table.lock();
//     guard->insert(key, value);
//     co_await save(*guard);        // may be kept across a co_await
//   }                               // unlocks
//
// A task that waits gives way to others: no thread is blocked. Who came first locks first.
// Any thread may use it, and a guard may end its life on another thread than it was made
// on. An exception that leaves the guard's block unlocks; what state the value is in then
// is the program's affair. Where no co_await happens under the lock a std::mutex is faster.
// Threads that run no task use blocking_lock(), or blocking_lock_owned(table).
//
// The Mutex must outlive its guards to the end of their destructors, and whoever waits. Where that
// is hard to say, hold it by shared_ptr and use lock_owned(), whose guards keep it alive:
//
//   auto table = std::make_shared<ari::sync::Mutex<Table>>(Table(), here);  // a source_location
//   auto guard = co_await lock_owned(table);
//
// In logs it is a resource "Mutex" with the attribute `locked`, and an internal semaphore
// of one permit; lock() is an async op "Mutex::lock".
#pragma once

#include <memory>
#include <optional>
#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/sync/holder.h"
#include "runtime/sync/lock_future.h"

namespace ari::sync {

// What a Mutex is apart from its value.
class RawMutex {
 public:
  explicit RawMutex(std::source_location at) noexcept;
  ~RawMutex();
  RawMutex(const RawMutex&) = delete;
  RawMutex& operator=(const RawMutex&) = delete;

  PermitOp op(std::string_view source) noexcept {
    return PermitOp(resource_, semaphore_, 1, source, PermitOpNesting::kLock);
  }
  bool try_acquire() noexcept { return semaphore_.try_acquire(1); }
  // After it was acquired, by one way or the other.
  void tell_locked() const noexcept;
  void unlock() noexcept;

  Holder& holder() noexcept { return holder_; }

 private:
  Holder holder_;
  trace::Span resource_;
  BatchSemaphore semaphore_;
};

template <class T, class MutexPointer>
class BasicMutexGuard;

template <class T>
class Mutex {
 public:
  using Guard = BasicMutexGuard<T, Mutex*>;
  using OwnedGuard = BasicMutexGuard<T, std::shared_ptr<Mutex>>;

  // `at` is where the log says that it was made; give it to std::make_shared, which would
  // otherwise name a file of the standard library.
  explicit Mutex(T value = T(), std::source_location at = std::source_location::current())
      : value_(std::move(value)), raw_(at) {}

  // A Future; its result is the guard.
  LockFuture<Guard> lock() noexcept { return LockFuture<Guard>(this, "Mutex::lock"); }

  // Locks if it is free and nobody waits; else nothing.
  std::optional<Guard> try_lock() noexcept {
    if (!raw_.try_acquire()) return std::nullopt;
    return Guard(this);
  }

  // As lock(), but blocks the thread meanwhile, for code that is no coroutine. Throws
  // std::logic_error on a thread that polls tasks.
  Guard blocking_lock(std::source_location at = std::source_location::current()) {
    scheduler::Scheduler::require_may_block("blocking_lock()", "co_await lock() instead");
    if (auto guard = try_lock()) return *std::move(guard);
    return LockFuture<Guard>::wait_blocking(this, "Mutex::lock", at);
  }

  // The same with a guard that keeps the Mutex alive.
  friend LockFuture<OwnedGuard> lock_owned(std::shared_ptr<Mutex> mutex) noexcept {
    return LockFuture<OwnedGuard>(std::move(mutex), "Mutex::lock_owned");
  }
  friend std::optional<OwnedGuard> try_lock_owned(std::shared_ptr<Mutex> mutex) noexcept {
    if (!mutex->raw_.try_acquire()) return std::nullopt;
    return OwnedGuard(std::move(mutex));
  }
  friend OwnedGuard blocking_lock_owned(std::shared_ptr<Mutex> mutex,
                                        std::source_location at = std::source_location::current()) {
    scheduler::Scheduler::require_may_block("blocking_lock_owned()",
                                            "co_await lock_owned() instead");
    if (auto guard = try_lock_owned(mutex)) return *std::move(guard);
    return LockFuture<OwnedGuard>::wait_blocking(std::move(mutex), "Mutex::lock_owned", at);
  }

 private:
  template <class U, class MutexPointer>
  friend class BasicMutexGuard;

  T value_;
  RawMutex raw_;
};

// The locked value, until it is destroyed. Moved, not copied; one that was moved from is
// not to be looked into.
template <class T, class MutexPointer>
class [[nodiscard("dropped at once, it unlocks at once")]] BasicMutexGuard {
 public:
  // Takes over a lock that was acquired. For the functions that lock.
  explicit BasicMutexGuard(MutexPointer mutex) noexcept : mutex_(std::move(mutex)) {
    hold_by_caller();
    mutex_->raw_.tell_locked();
  }
  BasicMutexGuard(BasicMutexGuard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {
    tell_place();
  }
  BasicMutexGuard& operator=(BasicMutexGuard other) noexcept {
    std::swap(mutex_, other.mutex_);
    tell_place();
    return *this;
  }
  ~BasicMutexGuard() {
    if (mutex_ != nullptr) mutex_->raw_.unlock();
  }

  T& operator*() const noexcept { return mutex_->value_; }
  T* operator->() const noexcept { return &mutex_->value_; }

 private:
  friend class LockFuture<BasicMutexGuard>;

  using Owner = MutexPointer;
  static PermitOp op(Mutex<T>& mutex, std::string_view source) noexcept {
    return mutex.raw_.op(source);
  }
  static task::Wait describe(Mutex<T>& mutex, task::Wait wait) noexcept {
    return mutex.raw_.holder().add_to(wait);
  }
  void hold_by_caller() noexcept { mutex_->raw_.holder().set_to_caller(this); }
  void tell_place() noexcept {
    if (mutex_ != nullptr) mutex_->raw_.holder().move_to(this);
  }

  MutexPointer mutex_;  // null once moved from
};

template <class T>
using MutexGuard = typename Mutex<T>::Guard;
template <class T>
using OwnedMutexGuard = typename Mutex<T>::OwnedGuard;

}  // namespace ari::sync
