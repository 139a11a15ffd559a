// JoinHandle: the other end of a spawned task.
//
//   auto handle = ari::spawn(work());
//   handle.abort();                    // or not
//   int result = co_await handle;      // waits for the end, gives the result
//
// co_await gives what the task returned, throws what left its body, or throws JoinError
// if it was cancelled; once only, then std::logic_error. Dropping the handle lets the task run on
// by itself; detach() does the same and says so. For the ends of many tasks there is JoinSet
// (join_set.h), and to abort one from elsewhere AbortHandle (abort_handle.h).
#pragma once

#include <utility>

#include "runtime/task/abort_handle.h"
#include "runtime/task/cell.h"
#include "runtime/task/future.h"

namespace ari {

template <class T>
class JoinHandle {
 public:
  // Takes over the join handle's reference. For spawn and block_on.
  explicit JoinHandle(task::Cell<T>& task) noexcept : task_(&task) {}

  JoinHandle(JoinHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  JoinHandle& operator=(JoinHandle other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~JoinHandle() {
    if (task_ != nullptr) task_->drop_join_handle();
  }

  // The task's id: the id of its span in every log.
  trace::SpanId id() const noexcept { return task_->span().id(); }

  // Cancels the task: it is destroyed at its next turn instead of being polled. Does
  // nothing if it has ended. Any thread.
  void abort() noexcept { task_->abort(); }

  // One more handle, for abort() only. Any thread.
  AbortHandle abort_handle() const noexcept { return AbortHandle(*task_); }

  // Lets the task run on by itself and its result go; the handle is empty afterwards.
  void detach() && noexcept { const JoinHandle dropped = std::move(*this); }

  // Whether the task has ended, in whichever way.
  bool is_finished() const noexcept { return task_->state().is_complete(); }

  // JoinHandle is a Future.
  Poll poll(Context& cx) noexcept {
    if (!cx.take_budget()) return Poll::kPending;
    if (task_->poll_join(cx.waker())) return Poll::kReady;
    cx.return_budget();
    return Poll::kPending;
  }
  static constexpr bool kIsJoin = true;
  task::Wait wait() const noexcept {
    return {.op = "JoinHandle", .joins = task::Joined(id(), task_->state().is_aborted())};
  }
  T result() { return task_->result(); }

  // For block_on, which runs it.
  task::Header& task() const noexcept { return *task_; }

 private:
  task::Cell<T>* task_;
};

}  // namespace ari
