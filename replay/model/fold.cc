#include "replay/model/fold.h"

#include <sched.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "replay/input/both_sinks.h"
#include "replay/input/emit.h"
#include "replay/input/logs.h"
#include "replay/input/problems.h"
#include "replay/input/source.h"
#include "replay/input/threaded_sink.h"
#include "replay/model/close_gaps.h"
#include "replay/model/named_field.h"
#include "replay/model/runtime_event.h"
#include "replay/model/span_class.h"
#include "replay/model/task_identity.h"
#include "replay/model/task_kind.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;

namespace {

bool has_two_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return ::sched_getaffinity(0, sizeof cores, &cores) != 0 || CPU_COUNT(&cores) > 1;
}

// The sum of so many samples, worked out meanwhile on another core if that pays.
template <typename SumUp>
std::future<Distribution> beside(std::size_t samples, SumUp sum_up) {
  constexpr std::size_t kMany = 50'000;  // a thread costs as much as a few thousand
  try {
    if (samples >= kMany && has_two_cores()) return std::async(std::launch::async, sum_up);
  } catch (const std::system_error&) {
    // There is none to be had.
  }
  return std::async(std::launch::deferred, sum_up);
}

// Those that the fold has found, to those of the reading.
void add_problems(Coverage found, Coverage& coverage) {
  coverage.problems_dropped += found.problems_dropped;
  for (Problem& problem : found.problems) {
    if (coverage.problems.size() < Coverage::kProblemsKept) {
      coverage.problems.push_back(std::move(problem));
    } else {
      ++coverage.problems_dropped;
    }
  }
}

}  // namespace

Fold::Fold(FoldOptions options) : options_(std::move(options)) {
  model_.semantics = options_.semantics;
  rules_ = {options_.semantics, &all_polls_, &all_waits_, model_.texts.get(), options_.samples};
  if (options_.resources || options_.deadlocks)
    resources_.emplace(options_, model_, spans_, context_, threads_);
}

Fold::Fold(FoldOptions options, Fold& other) : Fold(std::move(options)) {
  model_.texts = other.model_.texts;
  rules_ = other.rules_;
  timers_.add_to(other.all_late_);
}

void Fold::record(const Record& record, const Line& line) {
  if (record.kind == RecordKind::kHeader) {
    has_header_ = true;
    return end_recording();
  }
  if (options_.until && is_too_late(record)) return;
  last_line_ = line.number;
  if (record.kind == RecordKind::kLost) return lost(record);
  if (record.kind == RecordKind::kGap) return gap(record);
  if (record.kind == RecordKind::kAlive) {
    clock_.happened(record.at_unix_ns, line.number);
    return;
  }
  if (!is_event(record.kind)) return;

  const Moment now{record.at_unix_ns, line.number, record.thread};
  if (!has_header_) {
    look_for_restart(record, line);
    restarts_.happened(now.at_unix_ns);
  }
  clock_.happened(now.at_unix_ns, line.number);
  switch (record.kind) {
    case RecordKind::kEvent:
      return event(record, now);
    case RecordKind::kWaker:
      if (record.task != trace::kNoSpan) waker(record, now);
      return;
    default:
      break;
  }
  if (record.span == trace::kNoSpan) return;
  switch (record.kind) {
    case RecordKind::kNew:
      return new_span(record, now);
    case RecordKind::kEnter:
      return enter(record, now);
    case RecordKind::kExit:
      return exit(record, now);
    default:
      return close(record, now);
  }
}

void Fold::event(const Record& record, const Moment& now) {
  if (record.thread == 0) context_.happened(record.span);
  // A waker that could not be joined to a task may be any task's.
  events_lost_ = events_lost_ || record.target == "tokio::task::waker";
  if (is_about_task(record)) runtime_event(record, now);
  if (is_join(record)) join(record, now);
  if (is_dump(record)) dumped(record, now);
  if (timers_.any()) timers_.told(record);
  if (resources_) resources_->event(record, now);
}

void Fold::look_for_restart(const Record& record, const Line& line) {
  if (record.kind != RecordKind::kNew || record.implied) return;
  if (class_of(record) != SpanClass::kTask) return;
  const auto id = task_id_of(record);
  if (!id || !restarts_.begins(*id) || begins_once_more(record)) return;
  clock_.ended(restarts_.last_instant());
  last_line_ = line.number - 1;
  end_recording();
  ++model_.coverage.recordings;
  restarts_.begins(*id);
}

// Whether it is the line with which a task that is there began, and of which nothing was heard
// since: somebody put the line into the log twice.
bool Fold::begins_once_more(const Record& record) {
  const Span* const span = spans_.find(record.span);
  if (span == nullptr || span->kind != SpanClass::kTask) return false;
  const Task& task = task_of(*span);
  return task.last_line == task.first_line && task.created_unix_ns == record.at_unix_ns &&
         task.task_id && task.task_id == task_id_of(record);
}

// Such a record still tells how long the recording went on.
bool Fold::is_too_late(const Record& record) {
  if (record.kind == RecordKind::kThread || record.kind == RecordKind::kEnd) return false;
  if (!until_unix_ns_) until_unix_ns_ = options_.until(record.at_unix_ns);
  if (record.at_unix_ns <= *until_unix_ns_) return false;
  clock_.goes_on_until(*until_unix_ns_);
  return true;
}

void Fold::new_span(const Record& record, const Moment& now) {
  if (record.thread == 0 && record.parent != trace::kNoSpan) context_.happened(record.parent);
  if (Span* known = spans_.find(record.span)) {
    if (record.implied) return identify_late(*known, record);
    if (begins_once_more(record)) {
      return note_problem(model_.coverage, Severity::kInfo, {now.line, {}},
                          "expected a span that is new, found the line with which an open task "
                          "began once more: passed over");
    }
    // The id is used again: that the old span closed was not in the log.
    if (known->kind == SpanClass::kTask) end_task(*known, now, std::nullopt);
    if (resources_) resources_->closed(*known, now);
  } else if (record.implied && has_closed(record.span)) {
    return;
  }
  // A name is what tells a beginning that was missed from one that the format never tells.
  const bool missed = record.implied && !record.name.empty();
  model_.coverage.spans_without_new += missed ? 1 : 0;
  const SpanClass kind = class_of(record);
  if (missed && began_within(record, kind)) ++model_.coverage.news_in_gaps;
  if (!record.implied) note_new(record, kind);
  Span& span = spans_.add(record.span);
  span.kind = kind;
  span.parent = record.parent;
  span.began = !record.implied;
  if (span.kind == SpanClass::kTask) start_task(span, &record, now);
  model_.resource_count += span.kind == SpanClass::kResource ? 1 : 0;
  model_.op_count += span.kind == SpanClass::kAsyncOp ? 1 : 0;
  if (span.kind == SpanClass::kResource || timers_.any()) timers_.began(span, record);
  if (resources_) resources_->begin(span, record, now);
}

// Whether a span whose `new` is missing must have had one within the log: its parent's is there, or
// that of a task with a lower task.id, which began before it did. Of the program's own spans fields
// that are recorded late can make one look like another.
bool Fold::began_within(const Record& record, SpanClass kind) {
  if (kind == SpanClass::kUnknown) return false;
  if (kind != SpanClass::kTask) {
    const Span* parent = record.parent != trace::kNoSpan ? spans_.find(record.parent) : nullptr;
    return parent != nullptr && parent->began;
  }
  const auto id = task_id_of(record);
  return id && lowest_new_task_ && *id > *lowest_new_task_;
}

void Fold::note_new(const Record& record, SpanClass kind) {
  ++model_.coverage.spans_with_new;
  const auto id = kind == SpanClass::kTask ? task_id_of(record) : std::nullopt;
  if (id) lowest_new_task_ = std::min(lowest_new_task_.value_or(*id), *id);
}

// At the end, or where there was one that is forgotten.
std::uint32_t Fold::new_task() {
  if (free_tasks_.empty()) {
    free_tasks_.push_back(static_cast<std::uint32_t>(model_.tasks.size()));
    model_.tasks.emplace_back();
  }
  const std::uint32_t index = free_tasks_.back();
  free_tasks_.pop_back();
  Task& task = model_.tasks[index];
  std::destroy_at(&task);
  std::construct_at(&task)->number = tasks_seen_++;
  return index;
}

void Fold::start_task(Span& span, const Record* identity, const Moment& now) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(unfinished_.size()));
    unfinished_.emplace_back();
  }
  span.kind = SpanClass::kTask;
  span.index = new_task();
  span.state = free_slots_.back();
  free_slots_.pop_back();
  Task& task = model_.tasks[span.index];
  unfinished_[span.state].task = &task;
  task.span = span.id;
  task.first_line = task.last_line = now.line;
  if (identity != nullptr) {
    identify_task(span, *identity);
    if (!identity->implied) task.created_unix_ns = now.at_unix_ns;
    task.is_retold = identity->retold;
    if (has_field(*identity, "size.bytes")) destroy_pairs_.saw_size();
  }
  const bool watched = options_.watch && options_.watch(task);
  unfinished_[span.state].fold = make_task_fold(rules_, task, now, watched);
}

// A text log shows who a span is on each of its lines, even if the first is missing. One
// without span ids may show only later what a span is inside of.
void Fold::identify_late(Span& span, const Record& identity) {
  span.parent = identity.parent;
  if (span.kind == SpanClass::kUnknown && class_of(identity) == SpanClass::kTask) {
    become_task(span, {clock_.latest_unix_ns(), last_line_, 0});
  }
  if (span.kind != SpanClass::kTask || !task_of(span).kind.empty()) return;
  identify_task(span, identity);
  if (fold_of(span).watched()) return;
  if (options_.watch && options_.watch(task_of(span))) fold_of(span).watch();
}

// Who the task is, from its span's fields.
void Fold::identify_task(Span& span, const Record& identity) {
  Task& task = task_of(span);
  identify(identity, *model_.texts, task);
  span.is_local = task.kind == "local";
  span.is_worker = is_worker_of_tokio(task);
  if (span.is_worker && options_.semantics == Semantics::kCorrected) task.kind = kWorkerKind;
}

// A span turns out to be a task whose beginning is not in the log.
void Fold::become_task(Span& span, const Moment& now) {
  const Moment since{span.entered > 0 ? span.edge_unix_ns : now.at_unix_ns,
                     span.entered > 0 ? span.entered_line : now.line, now.thread};
  start_task(span, nullptr, since);
  for (std::uint32_t i = 0; i < span.entered; ++i) {
    fold_of(span).enter(task_of(span), since, std::nullopt);
  }
}

Span& Fold::known_span(SpanId id) {
  if (Span* span = spans_.find(id)) return *span;
  ++model_.coverage.spans_without_new;
  return spans_.add(id);
}

void Fold::enter(const Record& record, const Moment& now) {
  Span* known = spans_.find(record.span);
  if (known == nullptr && has_closed(record.span)) return;
  Span& span = known != nullptr ? *known : known_span(record.span);
  if (span.kind == SpanClass::kUnknown && record.destroy == true) become_task(span, now);
  if (span.entered > 0) entered_within(span, now);
  ++span.entered;
  if (record.thread == 0) context_.entered(span);
  if (span.kind != SpanClass::kTask) {
    if (span.entered == 1) {
      span.edge_unix_ns = now.at_unix_ns;
      span.entered_line = now.line;
    }
    if (resources_) resources_->entered(span, now);
    return;
  }
  if (record.thread != 0) {
    threads_.enter(record.thread, span.id);
  } else if (resources_) {
    resources_->task_entered(task_of(span));
  }
  task_of(span).last_line = now.line;
  if (resources_) resources_->poll_began(span.index, now);
  joins_.poll_began(span.index);
  fold_of(span).enter(task_of(span), now, record.destroy);
}

// The span is entered although it is entered: perhaps an exit is not in the log.
void Fold::entered_within(Span& span, const Moment& now) {
  span.entered_within = true;
  if (span.kind != SpanClass::kTask || !options_.miss_exits.contains(task_of(span).number)) return;
  span.entered_within = false;
  ++model_.coverage.enters_without_exit;
  span.entered = 0;
  context_.exited(span);
  threads_.forget(span.id);
  fold_of(span).doubt_exit();
  joins_.poll_ended(span.index);
  if (!resources_) return;
  resources_->task_exited(task_of(span));
  resources_->poll_ended(span.index, now);
}

// A task that is over, or the log is: each of its enters should have had an exit, but for the last
// one. Older registries close a span before it is left for the last time.
void Fold::count_exits(const Span& span) {
  if (!span.entered_within || span.kind != SpanClass::kTask) return;
  model_.coverage.enters_without_exit += std::max(span.entered, 2U) - 1;
  if (options_.semantics == Semantics::kConsole) return;
  model_.coverage.exits_unsettled = true;
  miss_exits_.insert(task_of(span).number);
}

void Fold::exit(const Record& record, const Moment& now) {
  Span* span = spans_.find(record.span);
  if (span == nullptr) {
    // Older registries close a span before it is left, when that is its last use.
    if (record.thread != 0) threads_.exit(record.thread, record.span);
    if (resources_) resources_->exited_closed(record.span, record.thread);
    model_.coverage.exits_without_enter += has_closed(record.span) ? 0 : 1;
    return;
  }
  const bool entered = span->entered > 0;
  if (span->kind == SpanClass::kUnknown && record.parked_at.line != 0) become_task(*span, now);
  span->entered -= entered ? 1 : 0;
  if (span->entered == 0) span->entered_within = false;
  if (!entered) {
    const bool began = span->kind == SpanClass::kTask && task_of(*span).created_unix_ns;
    ++model_.coverage.exits_without_enter;
    model_.coverage.enters_in_gaps += began ? 1 : 0;
  }
  if (record.thread == 0) context_.exited(*span);
  if (span->kind != SpanClass::kTask) {
    if (resources_ && entered) resources_->exited(*span, now);
    return;
  }
  if (record.thread != 0) {
    threads_.exit(record.thread, span->id);
  } else if (resources_) {
    resources_->task_exited(task_of(*span));
  }
  task_of(*span).last_line = now.line;
  span->edge_unix_ns = now.at_unix_ns;
  joins_.poll_ended(span->index);
  if (resources_) resources_->poll_ended(span->index, now);
  if (!entered) return fold_of(*span).exit_unseen(now);
  fold_of(*span).exit(task_of(*span), now, record);
}

void Fold::close(const Record& record, const Moment& now) {
  Span& span = known_span(record.span);
  if (record.thread == 0) context_.happened(span.parent);
  if (span.kind == SpanClass::kUnknown && record.outcome) become_task(span, now);
  if (span.kind == SpanClass::kTask) {
    end_task(span, now, record.outcome);
  } else if (resources_) {
    resources_->closed(span, now);
  }
  if (timers_.any() && span.kind != SpanClass::kTask) timers_.closed(record.span);
  spans_.erase(record.span);
}

void Fold::end_task(const Span& span, const Moment& now, std::optional<Outcome> outcome) {
  const bool is_final = close_task(span, now, outcome);
  ClosedTask closed{span.id, span.index, !is_final};
  if (forget_if_over(closed)) {
    closed_tasks_.erase(span.id);
  } else {
    closed_tasks_.add(span.id) = closed;
  }
}

// Whether its figures are final.
bool Fold::close_task(const Span& span, const Moment& now, std::optional<Outcome> outcome) {
  Task& task = task_of(span);
  count_exits(span);
  context_.closed(span);
  task.last_line = now.line;
  task.dropped_unix_ns = now.at_unix_ns;
  task.outcome = outcome;
  if (outcome) destroy_pairs_.saw_outcome();
  fold_of(span).close(task, now);
  if (resources_) resources_->task_closed(span.index, now);
  joins_.task_closed(span.index);
  if (const CorrectedTimes* times = fold_of(span).undecided()) {
    destroy_pairs_.closed(task.kind, *times);
    if (!foresees() && !options_.only_alive) return false;
  }
  finish_task(span.state, {now, foreseen_.value_or(DestroyPairs::Verdict::kMade), events_lost_});
  return true;
}

// Whether it is known already what the log will say of destructions, as far as that helps: if it
// turns out wrong, the log is read again.
bool Fold::foresees() {
  if (!options_.is_worth_keeping || events_lost_) return false;
  if (!foreseen_) foreseen_ = destroy_pairs_.foreseen();
  return foreseen_.has_value();
}

// Nothing more can happen to a task that has closed and has no wakers left, as far as these are
// known: what was lost may have been a clone.
bool Fold::forget_if_over(ClosedTask& closed) {
  const Task& task = model_.tasks[closed.index];
  if (!options_.only_alive) {
    if (!options_.is_worth_keeping || events_lost_ || closed.asked) return false;
    if (options_.semantics == Semantics::kCorrected && task.waker_count() > 0) return false;
    closed.asked = true;
    if (options_.is_worth_keeping(model_, closed.index)) return false;
  }
  if (task.is_mentioned) return false;
  forgotten_.add(task.span);
  model_.forgotten.add(task);
  free_tasks_.push_back(closed.index);
  if (timers_.any()) timers_.forgot(closed.index);
  return true;
}

// What the runtime reports of a task beyond its spans and wakers.
void Fold::runtime_event(const Record& record, const Moment& now) {
  const SpanId id = told_task(record).value_or(0);
  const SpanId task = id != 0 ? id : acting_task(record).task;
  const Span* span = task != 0 ? spans_.find(task) : nullptr;
  if (span != nullptr && span->kind == SpanClass::kTask) note(record, now.line, task_of(*span));
}

// What a task waits for, told in its own span. Where a filter left that out, nobody knows whose it
// is.
void Fold::join(const Record& record, const Moment& now) {
  const Span* span = spans_.find(record.span);
  if (span == nullptr || span->kind != SpanClass::kTask) return;
  if (resources_) resources_->join_changes(span->index);
  joins_.told(span->index, joins_in(record), now);
  if (resources_) resources_->joins(span->index, now);
}

// What a dump of the program's own tells of a task, as far as its own events do not.
void Fold::dumped(const Record& record, const Moment& now) {
  const auto joins = joins_in_dump(record);
  const auto age_ns = whole_number(record, "age_ns");
  const Span* span = spans_.find(whole_number(record, "task.id").value_or(0));
  if (!joins || !age_ns || span == nullptr || span->kind != SpanClass::kTask) return;
  if (!joins_.may_be_told_by_dump(*span, *age_ns, now)) return;
  if (resources_) resources_->join_changes(span->index);
  joins_.told(span->index, *joins, {span->edge_unix_ns, now.line, now.thread});
  if (resources_) resources_->joins(span->index, now);
}

// The task in whose poll it happened.
TaskContext::Place Fold::acting_task(const Record& record) {
  if (record.thread != 0) return {threads_.innermost(record.thread), false};
  if (record.span_guessed) return context_.at_one_like(record.span, record.task);
  return context_.at(record.span);
}

void Fold::lost(const Record& record) {
  events_lost_ = true;
  threads_.forget(record.thread, [this](SpanId task) {
    // By now the id may be that of something else.
    const Span* span = spans_.find(task);
    if (span != nullptr && span->kind == SpanClass::kTask) fold_of(*span).doubt_exit();
  });
  if (resources_) resources_->lost(record.thread);
  joins_.lost([this](std::uint32_t task) {
    if (resources_) resources_->join_changes(task);
  });
}

// What woke a task may have been answered; what a resource told of itself may be so no more.
void Fold::gap(const Record& record) {
  const Span* span = spans_.find(record.span);
  if (span == nullptr) return;
  if (span->kind == SpanClass::kTask) {
    if (span->entered == 0)
      fold_of(*span).exit_unseen({record.at_unix_ns, last_line_, record.thread});
  } else if (resources_) {
    resources_->miss_lines(*span);
  }
}

void Fold::finish_task(std::uint32_t state, const LogEnd& end) {
  Unfinished& unfinished = unfinished_[state];
  unfinished.fold->finish(*unfinished.task, end);
  model_.coverage.clock_steps += unfinished.fold->clock_steps();
  unfinished = {};
  free_slots_.push_back(state);
}

void Fold::end_recording() {
  const ClockEnd clock = clock_.end();
  LogEnd end{{clock.at_unix_ns, last_line_, 0}, destroy_pairs_.verdict(), events_lost_};
  for (std::uint32_t i = 0; i < unfinished_.size(); ++i) {
    if (unfinished_[i].fold == nullptr) continue;
    // One that has closed was asked then; by now its id may be another's.
    const Span* span = spans_.find(unfinished_[i].task->span);
    if (span != nullptr && span->kind == SpanClass::kTask && span->state == i) count_exits(*span);
    end.last.at_unix_ns = clock.after(unfinished_[i].task->last_line);
    finish_task(i, end);
  }
  if (resources_) resources_->end_recording(clock, last_line_);
  joins_.end_recording();
  timers_.end_recording();
  model_.end_unix_ns = std::max(model_.end_unix_ns, clock.at_unix_ns);
  if (last_line_ != 0)
    model_.recording_ends.push_back(
        {last_line_, clock_.first_unix_ns(), clock,
         model_.coverage.enters_in_gaps - before_.enters_in_gaps,
         model_.coverage.enters_without_exit - before_.enters_without_exit,
         model_.coverage.news_in_gaps - before_.news_in_gaps});
  before_ = {0,
             0,
             {},
             model_.coverage.enters_in_gaps,
             model_.coverage.enters_without_exit,
             model_.coverage.news_in_gaps};
  spans_.clear();
  closed_tasks_.clear();
  forgotten_.clear();
  threads_.clear();
  context_.clear();
  misjudged_ = misjudged_ || (foreseen_ && *foreseen_ != destroy_pairs_.verdict());
  foreseen_.reset();
  destroy_pairs_ = {};
  restarts_.clear();
  lowest_new_task_.reset();
  events_lost_ = false;
  clock_.clear();
  last_line_ = 0;
}

void tell_runs(const std::vector<RecordingEnd>& recordings, Coverage& coverage) {
  for (Coverage& run : coverage.runs) run.as_of_unix_ns = coverage.as_of_unix_ns;
  for (const RecordingEnd& end : recordings) {
    const std::size_t file = file_of_line(end.last_line);
    if (coverage.runs.empty() || file >= coverage.files.size()) continue;
    Coverage& run = coverage.runs[coverage.files[file].run];
    run.enters_in_gaps += end.enters_in_gaps;
    run.enters_without_exit += end.enters_without_exit;
    run.news_in_gaps += end.news_in_gaps;
  }
}

Model Fold::finish(Coverage coverage) {
  end_recording();
  Gaps gaps = resources_ ? resources_->gaps() : Gaps();
  gaps.tasks = std::move(free_tasks_);
  if (model_.forgotten.count > 0 || options_.only_alive) close_gaps(gaps, model_);
  coverage.exits_without_enter += model_.coverage.exits_without_enter;
  coverage.enters_in_gaps += model_.coverage.enters_in_gaps;
  coverage.enters_without_exit += model_.coverage.enters_without_exit;
  coverage.exits_unsettled = model_.coverage.exits_unsettled;
  coverage.wakes_without_thread += model_.coverage.wakes_without_thread;
  coverage.wakes_unclear += model_.coverage.wakes_unclear;
  coverage.spans_without_new += model_.coverage.spans_without_new;
  coverage.news_in_gaps += model_.coverage.news_in_gaps;
  coverage.spans_with_new += model_.coverage.spans_with_new;
  coverage.recordings += model_.coverage.recordings - 1;
  coverage.clock_steps += model_.coverage.clock_steps;
  coverage.clock_steps += resources_ ? resources_->clock_steps() : 0;
  coverage.as_of_unix_ns = until_unix_ns_;
  add_problems(std::move(model_.coverage), coverage);
  tell_runs(model_.recording_ends, coverage);
  model_.coverage = std::move(coverage);
  std::future<Distribution> waits =
      beside(all_waits_.size(), [&] { return all_waits_.summary(options_.semantics); });
  model_.poll_times = all_polls_.summary(options_.semantics);
  model_.scheduled_times = waits.get();
  model_.timers.late = all_late_.summary(Semantics::kCorrected);
  LateTimers::settle(model_);
  return std::move(model_);
}

Result<Model> fold(const std::string& path, const FoldOptions& options) {
  return fold(std::vector{path}, options);
}

namespace {

// On one core a second thread would cost more than it gains.
Result<Coverage> read_in_two_threads(const std::vector<std::string>& paths, RecordSink& sink,
                                     ReadObserver* observer) {
  if (!has_two_cores()) return read_logs(paths, sink, observer);
  ThreadedSink threaded(sink);
  Result<Coverage> coverage = read_logs(paths, threaded, observer);
  threaded.finish();
  return coverage;
}

}  // namespace

Result<Model> fold(const std::vector<std::string>& paths, const FoldOptions& options) {
  const bool twice = std::all_of(paths.begin(), paths.end(), &can_be_read_again);
  FoldOptions once = options;
  if (!twice || options.beside != nullptr) once.is_worth_keeping = nullptr;
  Fold fold(once);
  BothSinks both(fold, options.beside != nullptr ? *options.beside : fold);
  RecordSink& sink = options.beside != nullptr ? static_cast<RecordSink&>(both) : fold;
  Result<Coverage> coverage = read_in_two_threads(paths, sink, options.observer);
  if (!coverage) return coverage.error();
  Model model = fold.finish(std::move(coverage).value());
  const bool finds_exits = options.miss_exits.empty() && !fold.miss_exits().empty();
  if (!twice || !(fold.has_misjudged() || finds_exits)) return model;
  once.beside = nullptr;  // it has been given all
  if (fold.has_misjudged()) once.is_worth_keeping = nullptr;
  if (finds_exits) once.miss_exits = fold.miss_exits();
  return ari::replay::fold(paths, once);
}

}  // namespace ari::replay
