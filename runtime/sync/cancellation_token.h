// CancellationToken: tells many tasks, at once and for good, that they are to stop.
//
//   ari::sync::CancellationToken stop;
//   ari::spawn(serve(stop.child_token()));
//   …
//   stop.cancel();                                  // reaches every child, and theirs
//
//   auto reply = co_await stop.run_until_cancelled(ask(peer));
//   if (!reply) co_return;                          // cancelled: ask() was dropped
//
// Copies are one token. A child is cancelled with its parent and can be cancelled alone;
// the parent is not told. Nothing is cancelled by a token's end: for that there is
// drop_guard(). What is cancelled stays so. Any thread may use a token; one object is not
// to be used from two threads at once, copies may.
//
// In logs each token is a resource "CancellationToken" with the attribute `cancelled`, and
// each wait for it an async op "CancellationToken::cancelled".
#pragma once

#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "runtime/sync/wait_list.h"
#include "runtime/task/branch.h"
#include "runtime/trace/resource.h"

namespace ari::sync {

class CancellationNode;
class Cancelled;
class CancellationGuard;
template <task::Branchable F>
class RunUntilCancelled;

class CancellationToken {
 public:
  explicit CancellationToken(std::source_location at = std::source_location::current());
  CancellationToken(const CancellationToken& other) noexcept;
  CancellationToken(CancellationToken&& other) noexcept
      : node_(std::exchange(other.node_, nullptr)) {}
  CancellationToken& operator=(CancellationToken other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~CancellationToken();

  // A token that is cancelled with this one; at once if this one is.
  CancellationToken child_token(std::source_location at = std::source_location::current()) const;

  // Cancels this token and all that come from it, and wakes whoever waits for them. What another
  // thread is cancelling at the time may follow a moment later.
  void cancel() const noexcept;

  bool is_cancelled() const noexcept;

  // A Future that is ready once the token is cancelled.
  [[nodiscard]] Cancelled cancelled() const noexcept;

  // An object at whose end the token is cancelled.
  [[nodiscard]] CancellationGuard drop_guard() const noexcept;

  // Waits for a Task or a Future, but no longer than until the token is cancelled: then
  // there is no result, and the Task is destroyed wherever it waits. It is not even begun
  // if the token is cancelled already; later, if both come at once, the result wins. The
  // result is a std::optional of what was yielded, or a bool if that is nothing.
  template <task::Branchable F>
  [[nodiscard("does nothing until it is co_awaited")]] auto run_until_cancelled(F&& future) const {
    return RunUntilCancelled<F>(*this, std::forward<F>(future));
  }

  // Whether both are copies of one token.
  friend bool operator==(const CancellationToken& a, const CancellationToken& b) noexcept {
    return a.node_ == b.node_;
  }

 private:
  friend class Cancelled;
  explicit CancellationToken(CancellationNode* node) noexcept : node_(node) {}

  CancellationNode* node_;  // with a reference; null once moved from
};

// One wait, with a token of its own. A Future; stays where it is.
class [[nodiscard("does nothing until it is co_awaited")]] Cancelled {
 public:
  explicit Cancelled(CancellationToken token) noexcept;
  ~Cancelled();
  Cancelled(const Cancelled&) = delete;
  Cancelled& operator=(const Cancelled&) = delete;

  Poll poll(Context& cx) noexcept;
  task::Wait wait() const noexcept;

 private:
  friend class CancellationNode;

  CancellationToken token_;
  std::optional<trace::AsyncOp> op_;
  Waiter waiter_;  // the node's
};

// Cancels its token at its end.
class [[nodiscard("dropped at once, it cancels at once")]] CancellationGuard {
 public:
  explicit CancellationGuard(CancellationToken token) noexcept : token_(std::move(token)) {}
  CancellationGuard(CancellationGuard&& other) noexcept
      : token_(std::exchange(other.token_, std::nullopt)) {}
  CancellationGuard& operator=(CancellationGuard&&) = delete;
  ~CancellationGuard() {
    if (token_) token_->cancel();
  }

  // Cancels nothing any more. Requires: not disarmed before.
  CancellationToken disarm() noexcept { return *std::exchange(token_, std::nullopt); }

 private:
  std::optional<CancellationToken> token_;
};

// A Future; see CancellationToken::run_until_cancelled().
template <task::Branchable F>
class [[nodiscard("does nothing until it is co_awaited")]] RunUntilCancelled {
  using Value = task::ValueOf<F>;
  static constexpr bool kYieldsNothing = std::is_same_v<Value, std::monostate>;

 public:
  static constexpr bool kBorrows = task::kIsBorrowed<F>;

  RunUntilCancelled(CancellationToken token, F&& future)
      : token_(std::move(token)), cancelled_(token_), future_(task::lend(future)) {}
  RunUntilCancelled(const RunUntilCancelled&) = delete;
  RunUntilCancelled& operator=(const RunUntilCancelled&) = delete;

  Poll poll(Context& cx) noexcept {
    const bool begins = !std::exchange(begun_, true);
    if (!begins || !token_.is_cancelled()) {
      if (future_.poll(cx) == Poll::kReady) {
        has_result_ = true;
        return Poll::kReady;
      }
      // Asked as well, since a future that uses up every poll's budget leaves none to be told by.
      if (cancelled_.poll(cx) == Poll::kPending && !token_.is_cancelled()) return Poll::kPending;
    }
    task::cancel(future_);
    return Poll::kReady;
  }

  std::conditional_t<kYieldsNothing, bool, std::optional<Value>> result() {
    if constexpr (kYieldsNothing) {
      if (has_result_) task::take_value(future_);
      return has_result_;
    } else {
      if (!has_result_) return std::nullopt;
      return task::take_value(future_);
    }
  }

  void visit_branches(task::BranchVisitor& visitor) const {
    task::visit_branches_of(future_, visitor);
    task::visit_branches_of(cancelled_, visitor);
  }

 private:
  const CancellationToken token_;
  Cancelled cancelled_;
  task::BranchOf<F> future_;
  bool begun_ = false;
  bool has_result_ = false;
};

inline Cancelled CancellationToken::cancelled() const noexcept { return Cancelled(*this); }

inline CancellationGuard CancellationToken::drop_guard() const noexcept {
  return CancellationGuard(*this);
}

}  // namespace ari::sync
