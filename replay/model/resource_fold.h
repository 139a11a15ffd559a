// ResourceFold: the part of Fold that makes resources and async ops.
//
// Fold tells it what happens to spans of these classes and hands it the events; what it
// finds goes straight into the Model. Per record it does constant work, and beside what is
// in the Model it keeps one entry per span that is entered.
//
// The two semantics differ in what there is and what a poll is:
//
//                   corrected                         console
//   an op's         its ancestor; else the innermost  the innermost that is entered; an op
//   resource        that is entered                   without one is not seen at all
//   a poll          the op's `.poll` span is entered  the op's own span is, which it also is
//                                                     when it is made, and by who completes it
//   an op's task    whose poll polls it               … told only by poll_op events
//   a barrier's     those of this generation          all that ever arrived
//   `arrived`
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "replay/model/close_gaps.h"
#include "replay/model/life_line.h"
#include "replay/model/lock_fold.h"
#include "replay/model/model.h"
#include "replay/model/resource_places.h"
#include "replay/model/span_table.h"

namespace ari::replay {

class ResourceFold {
 public:
  // As for ResourcePlaces.
  ResourceFold(const FoldOptions& options, Model& model, SpanTable& spans,
               const TaskContext& context, ThreadStacks& tasks);

  // A span began. `span.kind` and `parent` are set.
  void begin(Span& span, const subscriber::Record& record, const Moment& now);
  // The span was entered, or left; its count of enters is up to date.
  void entered(Span& span, const Moment& now);
  void exited(const Span& span, const Moment& now);
  void closed(const Span& span, const Moment& now);
  // A span that is not known any more was left.
  void exited_closed(SpanId span, std::uint32_t thread) { places_.exited(span, thread); }

  void event(const subscriber::Record& record, const Moment& now);

  // For logs without threads: a task was entered or left.
  void task_entered(const Task& task) { places_.task_entered(task); }
  void task_exited(const Task& task) { places_.task_exited(task); }
  // Of all logs: a task's poll began, and ended; it was woken; it closed.
  void poll_began(std::uint32_t task, const Moment& now) { locks_.task_entered(task, now); }
  void poll_ended(std::uint32_t task, const Moment& now) { locks_.task_exited(task, now); }
  void woken(std::uint32_t task, const Moment& now) { locks_.task_woken(task, now); }
  // What tasks it joins, Task::joins, is about to change; and has.
  void join_changes(std::uint32_t task) { locks_.join_over(task); }
  void joins(std::uint32_t task, const Moment& now) { locks_.joins(task, now); }
  void task_closed(std::uint32_t task, const Moment& now) {
    places_.task_closed(model_.tasks[task]);
    locks_.task_closed(task, now);
  }
  // For logs without threads: a waker of a task that is being polled was cloned in the span `in`.
  void cloned(SpanId in, SpanId task);

  // Events of this thread were lost.
  void lost(std::uint32_t thread);

  // Lines about this span are missing up to now.
  void miss_lines(const Span& span);

  // Works out what is left, up to this end; nothing is open after that.
  void end_recording(const ClockEnd& end, LineNumber last_line);

  // Which places are free in the model's lists, of recordings that have ended.
  const Gaps& gaps() const noexcept { return gaps_; }
  // Intervals that would have been negative.
  std::uint64_t clock_steps() const noexcept { return clock_steps_; }

 private:
  using Record = subscriber::Record;

  // Whether what is gone is forgotten.
  bool forgets() const noexcept { return !options_.resources || options_.only_alive; }
  bool console() const noexcept { return options_.semantics == Semantics::kConsole; }

  void begin_resource(Span& span, const Record& record, const Moment& now);
  void begin_op(Span& span, const Record& record, const Moment& now);

  void resource_told(const Record& record, const Moment& now);
  void op_told(const Record& record, const Moment& now);
  void change_resource(const Span& span, const AttributeUpdate& update, SpanId of,
                       const Record& record, const Moment& now);
  template <typename Thing>
  const Attribute& change(Thing& thing, const AttributeUpdate& update, SpanId of,
                          const Moment& now);
  static void start_generation(Resource& barrier);

  void polled(const Record& record, const Moment& now);
  void note_task(AsyncOp& op, std::uint32_t thread);
  void give_to(AsyncOp& op, const Link& task);
  void begin_poll(AsyncOp& op, std::int64_t at_unix_ns);
  void end_poll(AsyncOp& op, std::int64_t at_unix_ns);
  void end_with_task(AsyncOp& op) const;
  void finish(AsyncOp& op, const ClockEnd& end) const;

  const FoldOptions& options_;
  Model& model_;
  SpanTable& spans_;
  ResourcePlaces places_;
  LockFold locks_{model_};
  // Where there was something that is forgotten by now; empty if all is kept.
  std::vector<std::uint32_t> free_resources_, free_ops_;
  Gaps gaps_;
  std::size_t first_resource_ = 0, first_op_ = 0;  // of this recording
  std::uint64_t clock_steps_ = 0;
};

}  // namespace ari::replay
