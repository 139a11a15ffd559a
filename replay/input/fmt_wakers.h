// FmtWakers: whose waker it is, in logs that do not tell span ids.
//
//   …}: tokio::task::waker: op="waker.clone" task.id=274877906945
//
// What a waker event calls task.id is the span id of the task, which fmt prints nowhere
// else; the field task.id of a task's span is another number (Tokio's own). But a waker
// can only come from the Context of a poll, and the first thing that can happen to it
// there is that it is cloned, or that the task wakes itself. So the first event with a new
// id happens in the poll of the very task that it names, and from then on the id is known:
//
//   * `clone` of an unknown id during the poll of a task whose id is unknown: its id. A
//     task may clone another's waker, but then that one was cloned before, in its own poll;
//   * `wake_by_ref` likewise, if the id was never seen and no task began before the log: else
//     it may be meant for another;
//   * `wake` and `drop` teach nothing: they are mostly about other tasks;
//   * an id whose task has closed is learnt anew when a task without one clones it.
//
// In a log without threads an event counts as in a task's poll only if that is certain. If
// several tasks are polled when an unknown id is cloned, it is of one of them; of another
// one, too, when it is cloned again among others: what is in all these sets is its task.
//
//   clone of 100 while 7, 8 are polled    7 or 8
//   clone of 100 while 8, 9 are polled    8
//   clone of 200 while 8, 9 are polled    9, since 8 is taken
//
// Every later clone in a task's poll puts what was learnt to the test: it agrees, or it is
// the waker of another task (which is legal, and rare). Both are counted. Events whose
// task stays unknown are handed on as they stand and count for no task. So are late ones of
// tasks that closed long ago: memory grows with the tasks that are open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "subscriber/record.h"

namespace ari::replay {

// What was worked out because the log does not tell it: Coverage::inferred.
struct Inferred;

class FmtWakers {
 public:
  using SpanId = subscriber::SpanId;

  // The task whose waker `named` is; kNoSpan if that cannot be told. `polled`: the task in
  // whose poll the event happens, or kNoSpan. `is_whole`: no task began before the log.
  SpanId task_of(SpanId named, subscriber::WakerOp op, SpanId polled, bool is_whole,
                 Inferred& inferred);

  // `named` is cloned in the poll of one of these tasks, it is not known of which.
  void narrow(SpanId named, const std::vector<SpanId>& polled, Inferred& inferred);

  // Whether the id in the task's waker events is known already.
  bool is_named(SpanId task) const { return named_.contains(task); }

  // A task began with this id of ours; another one may have had it before.
  void began(SpanId task) { named_.erase(task); }
  void closed(SpanId task);

  // Of so many ids that are of no task that is open it is known that they were seen, and of
  // whom: the last ones.
  static constexpr std::size_t kFreeKept = 65'536;

 private:
  struct Known {
    SpanId task = trace::kNoSpan;  // kNoSpan: seen, but not known whose it is
    bool closed = false;
  };
  static bool is_free(const Known& known) { return known.task == trace::kNoSpan || known.closed; }
  void learn(SpanId named, SpanId task, Inferred& inferred);
  void note_free(SpanId named);

  // How many ids are narrowed down at a time: each that is learnt is held against them.
  static constexpr std::size_t kNarrowed = 256;

  std::unordered_map<SpanId, std::vector<SpanId>> perhaps_;  // ids narrowed down: to what
  std::unordered_map<SpanId, Known> by_name_;                // by the id in waker events
  std::deque<SpanId> free_;     // ids in the order in which they were free; some are learnt by now
  bool any_forgotten_ = false;  // what is new may have been seen
  std::unordered_map<SpanId, SpanId> named_;  // its inverse, for tasks that are open
};

}  // namespace ari::replay
