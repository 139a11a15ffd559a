// TaskSpan: a task's life on record.
//
// A span "runtime.spawn" from spawn to the end, entered for each poll and once more, told
// apart, for the destruction of the task's frames; the events of its wakers; and at the end of a
// poll that suspends in a join an event of the target "runtime::join" that says for which tasks.
// The task's id is the span's id. It also holds the spans that the task's own code has entered:
// they are left when a poll suspends and entered again by the next one.
//
//   new   enter exit   enter exit …   enter(destroy) exit   close(outcome)
//
// If nobody listens when the task is spawned it has its id but stays silent for good, so
// that no log shows half a life. Not thread-safe but for id(),
// is_inside() and waker().
#pragma once

#include <cstddef>
#include <exception>
#include <source_location>
#include <string_view>

#include "runtime/task/joined.h"
#include "runtime/trace/dispatch.h"
#include "runtime/trace/span.h"

namespace ari::task {

// The kind of a function that runs on a thread for blocking ones. Tokio tells of those with
// a target of their own, `fn`, and the caller's span as the parent; of tasks without.
inline constexpr std::string_view kBlockingKind = "blocking";
// The kind of the task that a thread blocks on.
inline constexpr std::string_view kBlockOnKind = "block_on";
// The kind of the tasks of a LocalSet.
inline constexpr std::string_view kLocalKind = "local";

class TaskSpan {
 public:
  // What is told of a task when it is spawned.
  struct Birth {
    std::string_view kind;  // "task", "local", "block_on" or "blocking"
    std::string_view name;  // may be empty
    std::source_location at;
    std::size_t size_bytes = 0;
  };
  explicit TaskSpan(const Birth& birth) noexcept;

  trace::SpanId id() const noexcept { return id_; }

  // Whether the calling thread is in the task's poll or destruction, and in nothing that was
  // begun inside of that. Any thread.
  bool is_inside() const noexcept { return stack_.is_here(); }

  // The task's code runs on the calling thread as long as one of these lives.
  class Inside {
   public:
    Inside(TaskSpan& span, trace::EnterReason reason) noexcept : span_(span), on_(span.stack_) {
      if (!span.stack_.empty()) [[unlikely]]
        span.enter(reason);
    }
    ~Inside() {
      if (!span_.stack_.empty()) [[unlikely]]
        span_.exit(parked_at_);
    }
    // Whether it is worth finding out where a poll suspended.
    bool is_heard() const noexcept { return !span_.stack_.empty(); }
    // The poll suspended in this co_await.
    void parked_at(std::source_location at) noexcept { parked_at_ = at; }

   private:
    TaskSpan& span_;
    trace::SpanStack::Swap on_;
    std::source_location parked_at_;
  };

  // Inside the poll that an exception ended, inside the destruction of a cancelled task:
  // events, so that logs whose close lines have no outcome tell it too.
  void panicked(const std::exception_ptr& error) const noexcept;
  void cancelled() const noexcept;

  // Inside a poll that has used up its budget (context.h).
  void budget_exhausted() const noexcept;

  // Inside a poll that suspends: it waits for the end of these tasks, in this op.
  void waits_for(std::string_view op, const Joined& tasks) const noexcept;

  // The end, outside of Inside.
  void close(trace::Outcome outcome) noexcept;

  // A waker of this task was used, wherever the calling thread is. Any thread.
  void waker(trace::WakerOp op) const noexcept {
    if (trace::Subscriber* s = listener()) [[unlikely]]
      s->waker(trace::current_span(), op, id_);
  }

 private:
  trace::Subscriber* listener() const noexcept {
    trace::Subscriber* s = trace::subscriber();
    return s != nullptr && on_record_ ? s : nullptr;
  }
  void enter(trace::EnterReason reason) noexcept;
  void exit(std::source_location parked_at) noexcept;

  trace::SpanId id_;
  bool on_record_;          // never changes, so that any thread may read it
  trace::SpanStack stack_;  // the task's span if on record, then what its code entered
};

}  // namespace ari::task
