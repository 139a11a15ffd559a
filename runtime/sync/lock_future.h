// LockFuture: what lock(), read() and write() give to co_await, for any kind of guard.
//
// A kind of guard says what it holds the lock by (Owner: a pointer or a shared_ptr), how
// to wait for it (op), who has it (describe), and is made from an Owner once the permits are
// there, by the task that has them; hold_by_caller() says that it is another's since.
#pragma once

#include <optional>
#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/sync/blocking_wait.h"
#include "runtime/sync/permit_op.h"

namespace ari::sync {

// A Future; its result is the guard. Stays where it is. Destroyed while it waits, it leaves
// the queue; destroyed when it had the lock already, it unlocks.
template <class Guard>
class [[nodiscard("nothing is locked before it is co_awaited")]] LockFuture {
 public:
  LockFuture(typename Guard::Owner owner, std::string_view source) noexcept
      : owner_(std::move(owner)), op_(Guard::op(*owner_, source)) {}
  LockFuture(const LockFuture&) = delete;
  LockFuture& operator=(const LockFuture&) = delete;

  Poll poll(Context& cx) noexcept {
    if (op_.poll(cx) == Poll::kPending) return Poll::kPending;
    guard_.emplace(Guard(std::move(owner_)));
    return Poll::kReady;
  }
  task::Wait wait() const noexcept { return Guard::describe(*owner_, op_.wait()); }
  Guard result() noexcept { return *std::move(guard_); }

  // Waits for it in a thread, which it blocks and which may be: for blocking_lock() and its kin.
  static Guard wait_blocking(typename Guard::Owner owner, std::string_view source,
                             std::source_location at) {
    Guard guard = outside_of_runtimes().block_on(locks(std::move(owner), source), at);
    guard.hold_by_caller();
    return guard;
  }

 private:
  static Task<Guard> locks(typename Guard::Owner owner, std::string_view source) {
    LockFuture lock(std::move(owner), source);
    auto guard = co_await lock;
    co_return guard;
  }

  typename Guard::Owner owner_;
  PermitOp op_;
  std::optional<Guard> guard_;
};

}  // namespace ari::sync
