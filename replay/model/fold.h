// Fold: takes the records of a log one by one and turns them into a Model.
//
// read_log() feeds it; fold() in model.h is the two together. Each record costs a look-up
// of its span and constant work. What is kept is one entry per open span, and per task its
// Task (and, if asked for, its Resource or AsyncOp); in corrected semantics on logs that do not
// tell destructions from polls, also each task's TaskFold until the log ends, or where tasks may
// be forgotten, until the log has shown often enough which is which. FoldOptions tell of
// what may be forgotten once it is over: its place in the model's list is used again
// (close_gaps.h).
//
// A log may hold several recordings, each beginning with a header, or where none does, with a
// task.id that was there before: ids start anew, and tasks that were still open end with the
// recording they belong to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/destroy_pairs.h"
#include "replay/model/distribution.h"
#include "replay/model/id_set.h"
#include "replay/model/join_fold.h"
#include "replay/model/late_timers.h"
#include "replay/model/model.h"
#include "replay/model/recording_clock.h"
#include "replay/model/resource_fold.h"
#include "replay/model/restart_watch.h"
#include "replay/model/span_table.h"
#include "replay/model/task_context.h"
#include "replay/model/task_fold.h"
#include "replay/model/thread_stacks.h"

namespace ari::replay {

class Fold : public RecordSink {
 public:
  explicit Fold(FoldOptions options);
  // Folds another log beside `other`, so that their models can be joined (joined_folds.h): texts
  // and the distributions of the run are in the other's, which outlives this and finishes last.
  Fold(FoldOptions options, Fold& other);
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;

  void record(const subscriber::Record& record, const Line& line) override;

  // The model of all the records so far, resting on `coverage`, to which it adds what the
  // fold has counted. Called once, after the last record.
  Model finish(Coverage coverage);

  // Whether a task was forgotten too early, or for a wrong reason: then the model is not what the
  // log tells.
  bool has_misjudged() const noexcept { return misjudged_; }
  // The tasks found so far that were entered more often than left: for FoldOptions::miss_exits.
  const std::unordered_set<std::uint32_t>& miss_exits() const noexcept { return miss_exits_; }

 private:
  using Record = subscriber::Record;

  // The last task with each id that closed, unless it is forgotten: wakers outlive their tasks.
  struct ClosedTask {
    SpanId id = 0;
    std::uint32_t index = kNowhere;  // in model_.tasks
    bool asked = false;              // whether it is worth keeping; or nobody is to be asked
  };

  // Who used a waker.
  struct Actor {
    SpanId task = 0;            // 0: none, or unknown
    bool unclear = false;       // it is one of several, or none
    bool self = false;          // it is a wake, by the woken task in its own poll
    bool perhaps_self = false;  // it may be one, if that is unclear
  };

  void new_span(const Record& record, const Moment& now);
  void enter(const Record& record, const Moment& now);
  void exit(const Record& record, const Moment& now);
  void close(const Record& record, const Moment& now);
  void entered_within(Span& span, const Moment& now);
  void count_exits(const Span& span);
  void event(const Record& record, const Moment& now);
  void lost(const Record& record);
  void gap(const Record& record);
  bool is_too_late(const Record& record);
  void look_for_restart(const Record& record, const Line& line);
  bool begins_once_more(const Record& record);

  bool began_within(const Record& record, SpanClass kind);
  void note_new(const Record& record, SpanClass kind);
  Span& known_span(SpanId id);
  void start_task(Span& span, const Record* identity, const Moment& now);
  void identify_task(Span& span, const Record& identity);
  void identify_late(Span& span, const Record& identity);
  void become_task(Span& span, const Moment& now);
  void end_task(const Span& span, const Moment& now, std::optional<Outcome> outcome);
  bool foresees();
  bool close_task(const Span& span, const Moment& now, std::optional<Outcome> outcome);
  TaskContext::Place acting_task(const Record& record);
  void runtime_event(const Record& record, const Moment& now);
  void join(const Record& record, const Moment& now);
  void dumped(const Record& record, const Moment& now);

  // In fold_wakers.cc.
  void waker(const Record& record, const Moment& now);
  void count_waker(Task& task, const Moment& now, WakerOp op, const Actor& by) const;
  Actor actor(const Record& record, const Span& woken, bool watched);
  void count_actor(const Record& record, const Actor& by);
  void timer_waker(const Record& record, const Span& woken, const Moment& now);
  void tell_scope(const Record& record, WakerUse& use);
  void late_waker(const Record& record, ClosedTask* closed, const Moment& now);

  std::uint32_t new_task();
  bool forget_if_over(ClosedTask& closed);
  bool has_closed(SpanId task) { return closed_tasks_.contains(task) || forgotten_.contains(task); }

  // Requires: the span is a task.
  TaskFold& fold_of(const Span& span) { return *unfinished_[span.state].fold; }
  Task& task_of(const Span& span) { return *unfinished_[span.state].task; }
  void finish_task(std::uint32_t state, const LogEnd& end);
  void end_recording();

  FoldOptions options_;
  Model model_;
  Samples all_polls_, all_waits_, all_late_;
  TaskRules rules_;

  SpanTable spans_;
  IdTable<ClosedTask> closed_tasks_;
  IdSet forgotten_;  // the ids of others
  RestartWatch restarts_;
  std::optional<std::uint64_t> lowest_new_task_;  // task.id, of those whose `new` is there
  bool has_header_ = false;                       // then another run would have one, too
  ThreadStacks threads_;
  TaskContext context_{spans_};
  DestroyPairs destroy_pairs_;
  std::optional<DestroyPairs::Verdict> foreseen_;  // their verdict, if it was acted on
  std::optional<ResourceFold> resources_;          // if asked for
  JoinFold joins_{model_, spans_};
  LateTimers timers_{model_, all_late_};

  struct Unfinished {
    std::unique_ptr<TaskFold> fold;  // null: the slot is free
    Task* task = nullptr;            // in model_.tasks
  };
  std::vector<Unfinished> unfinished_;  // by Span::state
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint32_t> free_tasks_;  // in model_.tasks, where forgotten ones were
  std::uint32_t tasks_seen_ = 0;
  bool misjudged_ = false;
  std::unordered_set<std::uint32_t> miss_exits_;

  RecordingClock clock_;      // of this recording
  LineNumber last_line_ = 0;  // of it
  RecordingEnd before_;       // what was missing in the recordings before this one
  bool events_lost_ = false;
  std::optional<std::int64_t> until_unix_ns_;  // the last instant that counts
};

}  // namespace ari::replay
