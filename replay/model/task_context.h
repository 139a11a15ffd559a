// TaskContext: in which task's poll something happened, for logs without threads.
//
// A text log says in which span a line happened, but not what else its thread had entered:
// resources are roots, so a line inside one does not name the task. And lines of several
// threads are mixed. What is there to go by, best first:
//
//   * the line's span is a task: that task's poll; a line in no span is in no poll;
//   * only one task can be meant, since no other is polled just now, or was when the span was
//     entered. Workers do not count, in whose own task all others are polled; nor does the task
//     that runs a local one, as far as that is clear;
//   * the poll of an async op, or a span of the program's own, belongs to the task whose
//     waker was cloned inside it before, if that task is being polled now;
//   * an op is entered right after its resource and its poll right after the op, so they
//     run where those do;
//   * else the line runs where the line before it did: a guess.
//
// Whoever asks is told whether the answer is a guess. Of captures whose threads are known from
// elsewhere a guess is wrong in every second case, and what is no guess in none.
#pragma once

#include <vector>

#include "replay/model/span_table.h"

namespace ari::replay {

class TaskContext {
 public:
  explicit TaskContext(SpanTable& spans) : spans_(spans) {}

  // The span was entered, or left; its count of enters is up to date.
  void entered(Span& span);
  void exited(const Span& span);
  // The task is gone. Its exits may be missing.
  void closed(const Span& task);
  // Something happened inside the span with this id (0: inside none).
  void happened(SpanId in) { last_ = at(in).task; }
  // A waker of `task` was cloned there. That a task is polled there shows whose place it is.
  void cloned(SpanId in, const Span& task);

  struct Place {
    SpanId task = 0;       // 0: none, or unknown
    bool guessed = false;  // it may be another, or none
  };
  // The task in whose poll something inside this span happens.
  Place at(SpanId in) const;
  // The same of a waker of `task`, if it is this span or another that looks like it: a task mostly
  // uses its own, so both together are no guess.
  Place at_one_like(SpanId in, SpanId task) const;

  // The same for what was reported last.
  SpanId last() const noexcept { return last_; }

  void clear();

 private:
  struct Polled {
    SpanId task = 0;
    SpanId around = 0;  // of a local task: the one in whose poll it is polled; 0: not known
  };

  bool is_polled(SpanId task) const;
  Place at(const Span& span) const;
  Place likely() const;
  void poll_began(const Span& task);
  void poll_ended(SpanId task);

  SpanTable& spans_;
  SpanId last_ = 0;  // where the line before was
  // Workers excepted. No more than there are threads; where so many that no machine has them
  // seem to be polled, their exits are missing, and the oldest are dropped.
  std::vector<Polled> polled_;
  static constexpr std::size_t kMostPolled = 1024;
  bool has_outsiders_ = false;  // something that is not in polled_ uses resources too
};

}  // namespace ari::replay
