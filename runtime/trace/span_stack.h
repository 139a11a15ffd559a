// The spans that are entered now: what "inside" means for a new span or an event.
//
// Every thread has a stack, and every task has one of its own that is swapped in while
// the task is polled. So a span that a coroutine entered before a suspension is neither
// left behind on the worker nor seen by the next task that the worker polls.
//
//   worker's stack: [ ]          task 7's stack: [ 7 | 12 | 13 ]
//                                                          ^ current()
//
// The rules are those of the registry that Tokio programs use, so that logs read alike:
// entering a span that is already on the stack adds a duplicate entry that does not
// become current, and leaving a span takes away its topmost entry, wherever that is.
// Not thread-safe: a stack belongs to whoever is running on it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "runtime/trace/subscriber.h"

namespace ari::trace {

class SpanStack {
 public:
  // A thread's own.
  SpanStack() noexcept = default;
  // A task's.
  explicit SpanStack(SpanId task) noexcept : task_(task) {}

  // The innermost span entered, or kNoSpan.
  SpanId current() const noexcept { return current_; }

  bool empty() const noexcept { return entries_.empty(); }

  // How many entries there are, and the topmost one's id. Requires: not empty.
  std::size_t size() const noexcept { return entries_.size(); }
  SpanId topmost() const noexcept { return entries_.back().id; }

  // Adds an entry. Throws nothing: out of memory ends the program.
  void push(SpanId id) noexcept;

  // Takes away the topmost entry with this id; does nothing if there is none.
  void pop(SpanId id) noexcept;

  // Calls visit(id) for every entry, duplicates included: what a task's next poll enters
  // again, and what it leaves when it suspends. The stack does not change.
  template <class Visit>
  void for_each_outermost_first(Visit visit) const {
    for (const Entry& entry : entries_) visit(entry.id);
  }
  template <class Visit>
  void for_each_innermost_first(Visit visit) const {
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) visit(entry->id);
  }

  // The stack that the calling thread is running on.
  static SpanStack& here() noexcept { return t_here_ != nullptr ? *t_here_ : own(); }

  // The id of the task that the calling thread polls or destroys, or kNoSpan.
  static SpanId task() noexcept { return t_here_ != nullptr ? t_here_->task_ : kNoSpan; }

  // Whether the calling thread is running on this one, of a task.
  bool is_here() const noexcept { return t_here_ == this; }

  // While alive, the calling thread runs on `stack`; afterwards on what it ran on before.
  // Requires: destroyed on the thread that made it, in reverse order.
  class Swap {
   public:
    explicit Swap(SpanStack& stack) noexcept : before_(std::exchange(t_here_, &stack)) {}
    ~Swap() { t_here_ = before_; }
    Swap(const Swap&) = delete;
    Swap& operator=(const Swap&) = delete;

   private:
    SpanStack* before_;
  };

 private:
  // The stack in use is reached through a pointer so that a task's stack can be swapped in.
  // Read only between two suspensions, never across one. Null: the thread's own.
  static inline constinit thread_local SpanStack* t_here_ = nullptr;
  static SpanStack& own() noexcept;

  struct Entry {
    SpanId id;
    bool duplicate;  // the id was on the stack already
  };
  std::vector<Entry> entries_;
  SpanId current_ = kNoSpan;  // the topmost entry that is no duplicate
  SpanId task_ = kNoSpan;     // whose it is
};

}  // namespace ari::trace
