#include "replay/timeline/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replay/input/emit.h"
#include "replay/model/named_field.h"
#include "replay/model/task_identity.h"
#include "replay/model/task_kind.h"
#include "replay/report/words.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::is_wake;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::Value;
using trace::SpanId;

namespace {

// Keeps its texts alive.
struct Identity {
  explicit Identity(SpanId span) { task.span = span; }
  TextPool texts;
  Task task;
};

Identity identity_of(SpanId span, const Record* record) {
  Identity identity(span);
  if (record != nullptr) identify(*record, identity.texts, identity.task);
  if (is_worker_of_tokio(identity.task)) identity.task.kind = kWorkerKind;
  return identity;
}

}  // namespace

void Tracks::record(const Record& record, const Line& line) {
  if (record.kind == RecordKind::kHeader) return begin_recording(record);
  if (!std::exchange(has_process_, true)) writer_.begin_process({});
  if (record.kind == RecordKind::kEnd) return;
  at_unix_ns_ = record.at_unix_ns;
  line_ = line.number;
  if (is_event(record.kind) || record.kind == RecordKind::kAlive) {
    clock_.happened(at_unix_ns_, line_);
  }
  switch (record.kind) {
    case RecordKind::kThread:
      thread_of(record);  // its row bears the name
      return;
    case RecordKind::kNew:
      return open(record);
    case RecordKind::kEnter:
      return enter(record);
    case RecordKind::kExit:
      return exit(record);
    case RecordKind::kClose:
      return close(record);
    case RecordKind::kWaker:
      return waker(record);
    case RecordKind::kEvent:
      return event(record);
    case RecordKind::kLost:
      return lost(record);
    case RecordKind::kGap:
      return gap(record);
    default:
      return;
  }
}

void Tracks::begin_recording(const Record& record) {
  end_all();
  writer_.begin_process(record.name);
  has_process_ = true;
}

void Tracks::open(const Record& record) {
  const SpanClass kind = class_of(record);
  const auto before = spans_.find(record.span);
  if (before != spans_.end()) {
    Span& known = before->second;
    if (record.implied) {
      if (known.kind == SpanClass::kUnknown && kind == SpanClass::kTask) {
        become_task(record.span, known, &record);
      }
      return;
    }
    // The id is used again: that the span closed was not in the log.
    if (known.kind == SpanClass::kAsyncOp) end_op(known);
    count_exits(known);
    if (known.task) end_task(std::move(known.task));
  }
  Span& span = spans_[record.span] = {};
  span.kind = kind;
  span.parent = record.parent;
  switch (kind) {
    case SpanClass::kTask:
      return become_task(record.span, span, &record);
    case SpanClass::kResource:
      span.label = escaped(text_field(record, "concrete_type"));
      return;
    case SpanClass::kAsyncOp:
      return open_op(record, span);
    case SpanClass::kAsyncOpPoll:
      return;
    case SpanClass::kUnknown:
      span.label = escaped(record.name);
      return;
  }
}

void Tracks::open_op(const Record& record, Span& span) {
  span.label = escaped(text_field(record, "source"));
  if (record.implied) return;
  span.since_unix_ns = at_unix_ns_;
  span.track = ++tracks_;
  const auto resource = spans_.find(record.parent);
  writer_.add_track(span.track, TrackGroup::kResources, record.span,
                    resource == spans_.end()
                        ? span.label
                        : fmt::format("{} [{}]", resource->second.label, record.parent));
  writer_.begin(span.track, at_unix_ns_, span.label, {}, 0);
}

void Tracks::end_op(const Span& span) {
  if (span.track != 0) writer_.end(span.track, std::max(span.since_unix_ns, at_unix_ns_));
}

// `identity`: the record that tells of its beginning; null if none does.
void Tracks::become_task(SpanId id, Span& span, const Record* identity) {
  // As in CorrectedTask: of one that is told again is known whether it waits to be polled.
  const bool is_known = identity != nullptr && (!identity->implied || identity->retold);
  const Identity who = identity_of(id, identity);
  if (identity != nullptr && has_field(*identity, "size.bytes")) destroy_pairs_.saw_size();
  span.kind = SpanClass::kTask;
  span.number = tasks_++;
  span.last_line = line_;
  span.label = task_label(who.task);
  const TrackId track = ++tracks_;
  writer_.add_track(track, TrackGroup::kTasks, id, span.label);
  const std::int64_t since = span.entered > 0 ? span.since_unix_ns : at_unix_ns_;
  span.task = std::make_unique<TaskSlices>(writer_, track, who.task.kind, since, is_known,
                                           is_known ? identity->fields : std::span<const Field>());
  for (std::uint32_t i = 0; i < span.entered; ++i) span.task->enter({since}, std::nullopt);
}

void Tracks::enter(const Record& record) {
  if (has_closed(record.span)) return;
  Span& span = spans_[record.span];
  if (span.kind == SpanClass::kUnknown && record.destroy == true) {
    become_task(record.span, span, nullptr);
  }
  if (span.entered > 0) entered_within(record.span, span);
  begin_on_thread(record, span);
  if (++span.entered == 1 && span.kind == SpanClass::kUnknown) span.since_unix_ns = at_unix_ns_;
  span.last_line = line_;
  if (span.task) span.task->enter({at_unix_ns_, 0, record.thread}, record.destroy);
}

// As in Fold: perhaps an exit is not in the log. If so its thread was seen in it last at its last
// event.
void Tracks::entered_within(SpanId id, Span& span) {
  span.entered_within = true;
  if (!span.task || !miss_exits_.contains(span.number)) return;
  span.entered_within = false;
  span.entered = 0;
  span.task->doubt_exit();
  for (auto& [number, thread] : threads_) end_slices(thread, id);
}

void Tracks::count_exits(const Span& span) {
  if (span.task && span.entered_within) found_missing_.insert(span.number);
}

void Tracks::exit(const Record& record) {
  end_on_thread(record);
  const auto found = spans_.find(record.span);
  if (found == spans_.end()) return;
  Span& span = found->second;
  if (span.kind == SpanClass::kUnknown && record.parked_at.line != 0) {
    become_task(record.span, span, nullptr);
  }
  span.entered -= span.entered > 0 ? 1 : 0;
  if (span.entered == 0) span.entered_within = false;
  span.last_line = line_;
  if (span.task) span.task->exit({at_unix_ns_}, record.parked_at);
}

void Tracks::close(const Record& record) {
  const auto found = spans_.find(record.span);
  if (found == spans_.end() && !record.outcome) return;
  Span& span = spans_[record.span];
  if (span.kind == SpanClass::kUnknown && record.outcome) {
    become_task(record.span, span, nullptr);
  }
  if (record.outcome && span.task) {
    destroy_pairs_.saw_outcome();
    writer_.instant(span.task->track(), at_unix_ns_, subscriber::outcome_name(*record.outcome), {},
                    0);
  }
  if (span.kind == SpanClass::kAsyncOp) end_op(span);
  if (span.task) {
    count_exits(span);
    closed_tasks_.add(record.span);
    end_task(std::move(span.task));
  }
  spans_.erase(record.span);
}

// A task, whose wakers may still be used.
bool Tracks::has_closed(SpanId id) { return closed_tasks_.contains(id) && !spans_.contains(id); }

void Tracks::end_task(std::unique_ptr<TaskSlices> task) {
  task->close({at_unix_ns_});
  if (const CorrectedTimes* times = task->undecided()) {
    destroy_pairs_.closed(task->kind(), *times);
    undecided_.push_back(std::move(task));
  } else {
    task->finish({{at_unix_ns_}, DestroyPairs::Verdict::kUnknown, events_lost_});
  }
  if (foresight_ == Foresight::kNone) return;
  if (!foreseen_) foreseen_ = destroy_pairs_.foreseen();
  if (foreseen_) finish_undecided(*foreseen_);
}

void Tracks::finish_undecided(DestroyPairs::Verdict verdict) {
  for (const auto& task : undecided_) task->finish({{at_unix_ns_}, verdict, events_lost_});
  undecided_.clear();
}

void Tracks::waker(const Record& record) {
  if (record.task == trace::kNoSpan || has_closed(record.task)) return;
  Span& span = spans_[record.task];
  if (span.kind == SpanClass::kUnknown) become_task(record.task, span, nullptr);
  if (!span.task) return;
  span.last_line = line_;
  if (!is_wake(record.op)) return;
  TaskSlices& woken = *span.task;
  ArrowId arrow = 0;
  if (const Span* by = acting_task(record); by != nullptr && !woken.woken() && !woken.over()) {
    arrow = ++arrows_;
    writer_.instant(by->task->track(), at_unix_ns_, fmt::format("wakes {}", span.label), {}, arrow);
  }
  woken.wake(at_unix_ns_, arrow);
}

void Tracks::lost(const Record& record) {
  events_lost_ = true;
  if (record.thread == 0) return;
  const Thread& thread = thread_of(record);
  for (const SpanId id : thread.slices) {
    const auto span = spans_.find(id);
    if (span != spans_.end() && span->second.task) span->second.task->doubt_exit();
  }
  const Field lost[] = {{"events", Value(record.lost)}};
  writer_.instant(thread.track, at_unix_ns_, "lost", lost, 0);
}

void Tracks::gap(const Record& record) {
  const auto span = spans_.find(record.span);
  if (span != spans_.end() && span->second.task) span->second.task->miss_lines({at_unix_ns_});
}

// What the program itself has to say. The runtime's own events tell what the slices show already.
void Tracks::event(const Record& record) {
  // A waker that could not be joined to a task may be any task's.
  events_lost_ = events_lost_ || record.target == "tokio::task::waker";
  if (record.target.starts_with("runtime::")) return;
  std::string_view name = text_field(record, "message");
  if (name.empty()) name = record.target;
  if (record.thread != 0) {
    writer_.instant(thread_of(record).track, at_unix_ns_, escaped(name), record.fields, 0);
  } else if (const Span* span = task_around(record.span)) {
    writer_.instant(span->task->track(), at_unix_ns_, escaped(name), record.fields, 0);
  }
}

Tracks::Thread& Tracks::thread_of(const Record& record) {
  Thread& thread = threads_[record.thread];
  if (thread.track == 0) {
    thread.track = ++tracks_;
    const std::string name = record.kind == RecordKind::kThread ? escaped(record.name) : "thread";
    writer_.add_track(thread.track, TrackGroup::kThreads, trace::kNoSpan,
                      fmt::format("{} [{}]", name, record.thread));
  }
  return thread;
}

void Tracks::begin_on_thread(const Record& record, const Span& span) {
  if (record.thread == 0 || span.kind == SpanClass::kResource || span.label.empty()) return;
  Thread& thread = thread_of(record);
  thread.now_unix_ns = std::max(thread.now_unix_ns, at_unix_ns_);
  writer_.begin(thread.track, thread.now_unix_ns, span.label, {}, 0);
  thread.slices.push_back(record.span);
}

void Tracks::end_on_thread(const Record& record) {
  if (record.thread == 0) return;
  Thread& thread = thread_of(record);
  thread.now_unix_ns = std::max(thread.now_unix_ns, at_unix_ns_);
  end_slices(thread, record.span);
}

// Spans may be left in any order; slices end from the inside out.
void Tracks::end_slices(Thread& thread, SpanId span) {
  const auto left = std::find(thread.slices.rbegin(), thread.slices.rend(), span);
  if (left == thread.slices.rend()) return;
  for (auto slice = thread.slices.rbegin(); slice <= left; ++slice) {
    writer_.end(thread.track, thread.now_unix_ns);
  }
  thread.slices.erase(std::prev(left.base()), thread.slices.end());
}

const Tracks::Span* Tracks::task_around(SpanId id) const {
  // A broken log may have a ring of parents; no real scope is so deep.
  for (int depth = 0; id != trace::kNoSpan && depth < 100; ++depth) {
    const auto found = spans_.find(id);
    if (found == spans_.end()) return nullptr;
    if (found->second.task) return &found->second;
    id = found->second.parent;
  }
  return nullptr;
}

const Tracks::Span* Tracks::acting_task(const Record& record) const {
  if (const auto thread = threads_.find(record.thread);
      record.thread != 0 && thread != threads_.end()) {
    const auto& slices = thread->second.slices;
    for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice) {
      const auto found = spans_.find(*slice);
      if (found != spans_.end() && found->second.task) return &found->second;
    }
  }
  return task_around(record.span);
}

void Tracks::end_all() {
  const ClockEnd end = clock_.end();
  at_unix_ns_ = end.at_unix_ns;
  const DestroyPairs::Verdict verdict = destroy_pairs_.verdict();
  finish_undecided(verdict);
  for (const auto& [id, span] : spans_) {
    if (span.kind == SpanClass::kAsyncOp) end_op(span);
    count_exits(span);
    if (span.task) span.task->finish({{end.after(span.last_line)}, verdict, events_lost_});
  }
  for (const auto& [number, thread] : threads_) {
    for (std::size_t i = 0; i < thread.slices.size(); ++i) {
      writer_.end(thread.track, std::max(thread.now_unix_ns, at_unix_ns_));
    }
  }
  spans_.clear();
  threads_.clear();
  closed_tasks_ = {};
  clock_.clear();
  events_lost_ = false;
  destroy_pairs_ = {};
  foreseen_.reset();
}

void Tracks::finish() {
  end_all();
  writer_.finish();
}

}  // namespace ari::replay
