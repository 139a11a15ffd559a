// Header: a task as the scheduler, its wakers and its joiner see it.
//
// One heap object per task, made by spawn and freed with the last reference (state.h says
// who holds them). It has the state word, the coroutine frames while the task lives, and
// the result afterwards; what depends on the result's type is in Cell<T> (cell.h).
//
// Whoever has set "running" in the state owns the frames; the result belongs to the join
// handle once the task is complete. Everything else says for itself who may call it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/task/frame.h"
#include "runtime/task/state.h"
#include "runtime/task/task_span.h"
#include "runtime/task/waker.h"

namespace ari::scheduler {
class OwnedTasks;
class RunQueue;
class InjectQueue;
class Scheduler;
}  // namespace ari::scheduler

namespace ari::task {

class Header {
 public:
  Header(const Header&) = delete;
  Header& operator=(const Header&) = delete;

  // One turn: polls the task, or ends it if it was aborted. The scheduler that took it
  // from a queue calls this and has given up the queue's reference by it.
  void run() noexcept;

  // Ends the task if nobody is running it; the runtime calls this when it shuts down.
  void shut_down() noexcept;

  // Makes the task runnable; used by wakers only, which hold a reference. Any thread.
  void wake_by_value() noexcept;
  void wake_by_ref() noexcept;

  // Asks for the task's end: it is destroyed instead of polled next. Any thread, by
  // whoever holds a reference.
  void abort() noexcept;

  // Gives up a reference; the last one frees the task. Any thread.
  void drop_reference() noexcept {
    if (state_.drop_reference()) delete this;
  }

  // For the join handle: true when the result is there, else the waker is taken along and
  // woken then.
  bool poll_join(const Waker& waker) noexcept;
  // For the join handle: it goes, with its reference.
  void drop_join_handle() noexcept;

  State& state() noexcept { return state_; }
  const State& state() const noexcept { return state_; }
  const TaskSpan& span() const noexcept { return span_; }
  std::string_view name() const noexcept { return name_; }
  std::string_view kind() const noexcept { return kind_; }
  std::source_location spawned_at() const noexcept { return spawned_at_; }

  // When it was spawned and when its last poll began, as time::CoarseClock says; 0: it was
  // not polled yet. Of two polls the later one's is the greater, so that it tells them apart, who
  // reads it in read_frames() from all others. Any thread.
  std::int64_t spawned_ns() const noexcept { return spawned_ns_; }
  // relaxed: a time, nothing is read by it.
  std::int64_t polled_ns() const noexcept { return polled_ns_.load(std::memory_order_relaxed); }

  // Calls read(frames) if nobody is running the task, who cannot begin to meanwhile; see
  // State::Reading. Says what the task is doing. Any thread, by whoever holds a reference.
  template <class Read>
  State::Activity read_frames(Read read) {
    const State::Reading reading(state_);
    if (reading.may_read()) read(std::as_const(frames_));
    return reading.found();
  }

  scheduler::Scheduler& scheduler() noexcept { return *scheduler_; }

 protected:
  Header(std::shared_ptr<scheduler::Scheduler> scheduler, std::string_view name,
         const TaskSpan::Birth& birth);
  virtual ~Header();

  // The lowest frame has ended: takes over what it returned. What it threw instead, or
  // what the taking over threw, comes back.
  virtual std::exception_ptr keep_result() noexcept = 0;
  virtual void drop_result() noexcept = 0;
  // Destroys the lowest frame; those above it are gone.
  virtual void drop_root() noexcept = 0;
  // The task is complete and its joiner has left a waker: wakes it. A JoinSet has its own way.
  virtual void tell_joiner() noexcept;

  FrameStack frames_;
  trace::Outcome outcome_ = trace::Outcome::kCompleted;  // how it ended, once it has
  std::exception_ptr error_;                             // with kPanicked

 private:
  friend class scheduler::OwnedTasks;
  friend class scheduler::RunQueue;
  friend class scheduler::InjectQueue;

  Poll poll() noexcept;
  void cancel() noexcept;
  // Destroys the frames, tells the joiner, and gives up the caller's reference and the list's.
  void finish() noexcept;

  State state_;
  Header* queue_next_ = nullptr;  // of the run queue it is in
  Header* owned_next_ = nullptr;  // of the runtime's list of tasks
  Header* owned_before_ = nullptr;
  bool owned_ = false;
  bool counted_ = false;          // in that list's counts
  bool woken_by_itself_ = false;  // in the poll going on; of the thread that is in it
  const std::shared_ptr<scheduler::Scheduler> scheduler_;
  Waker joiner_;  // the slot that the state's "join waker" speaks of
  TaskSpan span_;
  const std::string name_;
  const std::string_view kind_;  // a literal
  const std::source_location spawned_at_;
  const std::int64_t spawned_ns_;
  std::atomic<std::int64_t> polled_ns_{0};
};

}  // namespace ari::task
