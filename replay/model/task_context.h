// TaskContext: in which task's poll something happened, for logs without threads.
//
// A text log says in which span a line happened, but not what else its thread had entered:
// resources are roots, so a line inside one does not name the task. And lines of several
// threads are mixed. What is there to go by, best first:
//
//   * the line's span is a task: that task's poll;
//   * the poll of an async op, or a span of the program's own, belongs to the task whose
//     waker was cloned inside it before, if that task is being polled now;
//   * an op is entered right after its resource and its poll right after the op, so they
//     run where those do;
//   * else the line runs where the line before it did.
//
// A guess can be wrong only while several tasks are polled at once; whoever asks for
// self-wakes first checks that the woken task is being polled at all.
#pragma once

#include "replay/model/span_table.h"

namespace ari::replay {

class TaskContext {
 public:
  explicit TaskContext(SpanTable& spans) : spans_(spans) {}

  // The span was entered, or left; its count of enters is up to date.
  void entered(Span& span);
  void exited(const Span& span);
  // Something happened inside the span with this id (0: inside none).
  void happened(SpanId in) { last_ = at(in); }
  // A waker of `task` was cloned there. That a task is polled there shows whose place it is.
  void cloned(SpanId in, const Span& task);

  // The task in whose poll something inside this span happens; 0: none, or unknown.
  SpanId at(SpanId in) const;

  // The same for what was reported last.
  SpanId last() const noexcept { return last_; }

  void clear() { last_ = 0; }

 private:
  bool is_polled(SpanId task) const;
  SpanId at(const Span& span) const;

  SpanTable& spans_;
  SpanId last_ = 0;  // where the line before was
};

}  // namespace ari::replay
