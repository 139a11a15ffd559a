// RwLock: a value that many may read or one may write.
//
//   ari::sync::RwLock<Config> config;
//   {
//     auto reading = co_await config.read();     // together with other readers
//     use(reading->timeout);
//   }
//   auto writing = co_await config.write();      // alone
//   writing->timeout = 5;
//   auto reading = std::move(writing).downgrade();  // lets readers in, no writer between
//
// Fair: who came first gets in first. Readers that come while a writer waits wait behind
// it, so a stream of readers cannot keep writers out; and a task that reads and asks to
// read again may wait for ever, for the writer between its two. Any thread may use it.
//
// Threads that run no task use blocking_read() and blocking_write().
//
// The RwLock must outlive its guards to the end of their destructors, and whoever waits. Where that
// is hard to say, hold it by shared_ptr and use read_owned(lock) and write_owned(lock), whose
// guards keep it alive.
//
// In logs it is a resource "RwLock" with the attributes `max_readers`, `current_readers`
// and `write_locked`, and an internal semaphore, of whose permits a reader takes one and a
// writer all; the async ops are "RwLock::read" and "RwLock::write".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/sync/holder.h"
#include "runtime/sync/holders.h"
#include "runtime/sync/lock_future.h"

namespace ari::sync {

// What a RwLock is apart from its value.
class RawRwLock {
 public:
  static constexpr std::uint32_t kMaxReaders = 0xFFFF'FFFF >> 3;  // as in Tokio

  // Throws std::invalid_argument unless max_readers is 1 to kMaxReaders.
  RawRwLock(std::uint32_t max_readers, std::source_location at);
  ~RawRwLock();
  RawRwLock(const RawRwLock&) = delete;
  RawRwLock& operator=(const RawRwLock&) = delete;

  PermitOp read_op(std::string_view source) noexcept { return op(1, source); }
  PermitOp write_op(std::string_view source) noexcept { return op(max_readers_, source); }
  bool try_read() noexcept { return semaphore_.try_acquire(1); }
  bool try_write() noexcept { return semaphore_.try_acquire(max_readers_); }

  // After it was acquired, by one way or the other.
  void tell_reading() const noexcept { tell_readers("add"); }
  void tell_writing() const noexcept { tell_write_locked(true); }

  void end_read(Holders::Place place) noexcept;
  void end_write() noexcept;
  void downgrade() noexcept;

  // Of a lock that is held to write, and of one that is held to read.
  Holder& holder() noexcept { return holder_; }
  Holders& readers() noexcept { return readers_; }

  // For dumps: what `wait`, one for this lock, says, for what it is, and by whom it is held.
  task::Wait describe(task::Wait wait, task::Wait::Locks locks) const noexcept {
    wait.locks = locks;
    readers_.add_to(wait);
    return holder_.add_to(wait);
  }

 private:
  PermitOp op(std::uint32_t permits, std::string_view source) noexcept {
    return PermitOp(resource_, semaphore_, permits, source, PermitOpNesting::kLock);
  }
  void tell_readers(const char* op) const noexcept;
  void tell_write_locked(bool locked) const noexcept;

  const std::uint32_t max_readers_;
  Holder holder_;
  Holders readers_;
  trace::Span resource_;
  BatchSemaphore semaphore_;
};

template <class T, class LockPointer>
class BasicRwLockReadGuard;
template <class T, class LockPointer>
class BasicRwLockWriteGuard;

template <class T>
class RwLock {
 public:
  using ReadGuard = BasicRwLockReadGuard<T, RwLock*>;
  using OwnedReadGuard = BasicRwLockReadGuard<T, std::shared_ptr<RwLock>>;
  using WriteGuard = BasicRwLockWriteGuard<T, RwLock*>;
  using OwnedWriteGuard = BasicRwLockWriteGuard<T, std::shared_ptr<RwLock>>;

  static constexpr std::uint32_t kMaxReaders = RawRwLock::kMaxReaders;

  // `at` is where the log says that it was made; give it to std::make_shared, which would
  // otherwise name a file of the standard library.
  explicit RwLock(T value = T(), std::source_location at = std::source_location::current())
      : RwLock(std::move(value), kMaxReaders, at) {}

  // With at most so many readers at a time. Throws std::invalid_argument unless they are 1
  // to kMaxReaders.
  RwLock(T value, std::uint32_t max_readers,
         std::source_location at = std::source_location::current())
      : value_(std::move(value)), raw_(max_readers, at) {}

  // Futures; the result is the guard.
  LockFuture<ReadGuard> read() noexcept { return LockFuture<ReadGuard>(this, "RwLock::read"); }
  LockFuture<WriteGuard> write() noexcept { return LockFuture<WriteGuard>(this, "RwLock::write"); }

  // Nothing if it cannot be had at once, or somebody waits.
  std::optional<ReadGuard> try_read() noexcept {
    if (!raw_.try_read()) return std::nullopt;
    return ReadGuard(this);
  }
  std::optional<WriteGuard> try_write() noexcept {
    if (!raw_.try_write()) return std::nullopt;
    return WriteGuard(this);
  }

  // As read() and write(), but block the thread meanwhile, for code that is no coroutine. Throw
  // std::logic_error on a thread that polls tasks.
  ReadGuard blocking_read(std::source_location at = std::source_location::current()) {
    scheduler::Scheduler::require_may_block("blocking_read()", "co_await read() instead");
    if (auto guard = try_read()) return *std::move(guard);
    return LockFuture<ReadGuard>::wait_blocking(this, "RwLock::read", at);
  }
  WriteGuard blocking_write(std::source_location at = std::source_location::current()) {
    scheduler::Scheduler::require_may_block("blocking_write()", "co_await write() instead");
    if (auto guard = try_write()) return *std::move(guard);
    return LockFuture<WriteGuard>::wait_blocking(this, "RwLock::write", at);
  }

  // The same with guards that keep the RwLock alive.
  friend LockFuture<OwnedReadGuard> read_owned(std::shared_ptr<RwLock> lock) noexcept {
    return LockFuture<OwnedReadGuard>(std::move(lock), "RwLock::read_owned");
  }
  friend LockFuture<OwnedWriteGuard> write_owned(std::shared_ptr<RwLock> lock) noexcept {
    return LockFuture<OwnedWriteGuard>(std::move(lock), "RwLock::write_owned");
  }
  friend std::optional<OwnedReadGuard> try_read_owned(std::shared_ptr<RwLock> lock) noexcept {
    if (!lock->raw_.try_read()) return std::nullopt;
    return OwnedReadGuard(std::move(lock));
  }
  friend std::optional<OwnedWriteGuard> try_write_owned(std::shared_ptr<RwLock> lock) noexcept {
    if (!lock->raw_.try_write()) return std::nullopt;
    return OwnedWriteGuard(std::move(lock));
  }

 private:
  template <class U, class LockPointer>
  friend class BasicRwLockReadGuard;
  template <class U, class LockPointer>
  friend class BasicRwLockWriteGuard;

  T value_;
  RawRwLock raw_;
};

// The value to read, until it is destroyed. Moved, not copied; one that was moved from is
// not to be looked into.
template <class T, class LockPointer>
class [[nodiscard("dropped at once, it unlocks at once")]] BasicRwLockReadGuard {
 public:
  // Takes over a lock that was acquired. For the functions that lock.
  explicit BasicRwLockReadGuard(LockPointer lock) noexcept
      : lock_(std::move(lock)), place_(lock_->raw_.readers().enter(this)) {
    lock_->raw_.tell_reading();
  }
  BasicRwLockReadGuard(BasicRwLockReadGuard&& other) noexcept
      : lock_(std::exchange(other.lock_, nullptr)), place_(other.place_) {
    tell_place();
  }
  BasicRwLockReadGuard& operator=(BasicRwLockReadGuard other) noexcept {
    std::swap(lock_, other.lock_);
    std::swap(place_, other.place_);
    tell_place();
    return *this;
  }
  ~BasicRwLockReadGuard() {
    if (lock_ != nullptr) lock_->raw_.end_read(place_);
  }

  const T& operator*() const noexcept { return lock_->value_; }
  const T* operator->() const noexcept { return &lock_->value_; }

 private:
  friend class LockFuture<BasicRwLockReadGuard>;
  friend class BasicRwLockWriteGuard<T, LockPointer>;

  using Owner = LockPointer;
  static PermitOp op(RwLock<T>& lock, std::string_view source) noexcept {
    return lock.raw_.read_op(source);
  }
  static task::Wait describe(RwLock<T>& lock, task::Wait wait) noexcept {
    return lock.raw_.describe(wait, task::Wait::Locks::kToRead);
  }
  void hold_by_caller() noexcept {
    lock_->raw_.readers().leave(place_);
    place_ = lock_->raw_.readers().enter(this);
  }
  void tell_place() noexcept {
    if (lock_ != nullptr) lock_->raw_.readers().move(place_, this);
  }

  // Takes over from a writer, who has told already.
  enum class FromWriter {};
  BasicRwLockReadGuard(FromWriter, LockPointer lock) noexcept
      : lock_(std::move(lock)), place_(lock_->raw_.readers().enter(this)) {}

  LockPointer lock_;  // null once moved from
  Holders::Place place_;
};

// The value to write, until it is destroyed. Moved, not copied; one that was moved from is
// not to be looked into.
template <class T, class LockPointer>
class [[nodiscard("dropped at once, it unlocks at once")]] BasicRwLockWriteGuard {
 public:
  // Takes over a lock that was acquired. For the functions that lock.
  explicit BasicRwLockWriteGuard(LockPointer lock) noexcept : lock_(std::move(lock)) {
    hold_by_caller();
    lock_->raw_.tell_writing();
  }
  BasicRwLockWriteGuard(BasicRwLockWriteGuard&& other) noexcept
      : lock_(std::exchange(other.lock_, nullptr)) {
    tell_place();
  }
  BasicRwLockWriteGuard& operator=(BasicRwLockWriteGuard other) noexcept {
    std::swap(lock_, other.lock_);
    tell_place();
    return *this;
  }
  ~BasicRwLockWriteGuard() {
    if (lock_ != nullptr) lock_->raw_.end_write();
  }

  T& operator*() const noexcept { return lock_->value_; }
  T* operator->() const noexcept { return &lock_->value_; }

  // Reads on: other readers get in, and no writer comes between. Readers that wait behind a
  // writer go on waiting.
  BasicRwLockReadGuard<T, LockPointer> downgrade() && noexcept {
    lock_->raw_.downgrade();
    return {typename BasicRwLockReadGuard<T, LockPointer>::FromWriter(),
            std::exchange(lock_, nullptr)};
  }

 private:
  friend class LockFuture<BasicRwLockWriteGuard>;

  using Owner = LockPointer;
  static PermitOp op(RwLock<T>& lock, std::string_view source) noexcept {
    return lock.raw_.write_op(source);
  }
  static task::Wait describe(RwLock<T>& lock, task::Wait wait) noexcept {
    return lock.raw_.describe(wait, task::Wait::Locks::kToWrite);
  }
  void hold_by_caller() noexcept { lock_->raw_.holder().set_to_caller(this); }
  void tell_place() noexcept {
    if (lock_ != nullptr) lock_->raw_.holder().move_to(this);
  }

  LockPointer lock_;  // null once moved from
};

template <class T>
using RwLockReadGuard = typename RwLock<T>::ReadGuard;
template <class T>
using RwLockWriteGuard = typename RwLock<T>::WriteGuard;
template <class T>
using OwnedRwLockReadGuard = typename RwLock<T>::OwnedReadGuard;
template <class T>
using OwnedRwLockWriteGuard = typename RwLock<T>::OwnedWriteGuard;

}  // namespace ari::sync
