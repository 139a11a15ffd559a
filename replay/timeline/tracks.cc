#include "replay/timeline/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replay/model/task_identity.h"
#include "replay/report/words.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using subscriber::RecordKind;
using subscriber::Value;
using trace::SpanId;

namespace {

std::string_view text_of(const Record& record, std::string_view name) {
  for (const Field& field : record.fields) {
    if (field.name == name && field.value.is_text()) return field.value.text();
  }
  return {};
}

std::string label_of_task(const Record& record) {
  TextPool texts;
  Task task;
  task.span = record.span;
  identify(record, texts, task);
  return task_label(task);
}

bool is_wake(trace::WakerOp op) {
  return op == trace::WakerOp::kWake || op == trace::WakerOp::kWakeByRef;
}

}  // namespace

void Tracks::record(const Record& record, const Line&) {
  if (record.kind == RecordKind::kHeader) return begin_recording(record);
  if (!std::exchange(has_process_, true)) writer_.begin_process({});
  if (record.kind == RecordKind::kEnd) return;
  now_unix_ns_ = std::max(now_unix_ns_, record.at_unix_ns);
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
      if (is_wake(record.op)) wake(record);
      return;
    case RecordKind::kEvent:
    case RecordKind::kLost:
      return event(record);
    default:
      return;
  }
}

void Tracks::begin_recording(const Record& record) {
  end_all();
  writer_.begin_process(record.name);
  has_process_ = true;
  now_unix_ns_ = record.at_unix_ns;
}

void Tracks::open(const Record& record) {
  const auto before = spans_.find(record.span);
  if (before != spans_.end()) {
    if (record.implied) return;
    end_slice(before->second);  // the id is used again: that the old span closed was not in the log
  }
  Span span;
  span.parent = record.parent;
  if (record.name == "runtime.spawn") {
    span.kind = Kind::kTask;
    span.label = label_of_task(record);
    span.track = ++tracks_;
    writer_.add_track(span.track, TrackGroup::kTasks, record.span, span.label);
  } else if (record.name == "runtime.resource") {
    span.kind = Kind::kResource;
    span.label = escaped(text_of(record, "concrete_type"));
  } else if (record.name == "runtime.resource.async_op") {
    span.kind = Kind::kOp;
    span.label = escaped(text_of(record, "source"));
    span.track = ++tracks_;
    const auto resource = spans_.find(record.parent);
    writer_.add_track(span.track, TrackGroup::kResources, record.span,
                      resource == spans_.end()
                          ? span.label
                          : fmt::format("{} [{}]", resource->second.label, record.parent));
  } else if (record.name != "runtime.resource.async_op.poll") {
    span.label = escaped(record.name);
  }
  Span& opened = spans_[record.span] = std::move(span);
  if (record.implied) return;
  if (opened.kind == Kind::kTask) begin_slice(opened, "scheduled", record.fields);
  if (opened.kind == Kind::kOp) begin_slice(opened, opened.label, {});
}

void Tracks::begin_slice(Span& span, std::string_view name, std::span<const Field> fields,
                         ArrowId ends_here) {
  end_slice(span);
  writer_.begin(span.track, now_unix_ns_, name, fields, ends_here);
  span.in_slice = true;
}

void Tracks::end_slice(Span& span) {
  if (std::exchange(span.in_slice, false)) writer_.end(span.track, now_unix_ns_);
}

void Tracks::enter(const Record& record) {
  const auto found = spans_.find(record.span);
  if (found == spans_.end()) return;  // what it is was in lines that are missing
  Span& span = found->second;
  begin_on_thread(record, span);
  if (++span.entered > 1 || span.kind != Kind::kTask) return;
  const Field where[] = {{"thread", record.thread != 0 ? Value(record.thread) : Value()}};
  begin_slice(span, record.destroy.value_or(false) ? "destroy" : "poll", where,
              std::exchange(span.wake, 0));
  span.woken = false;
}

void Tracks::exit(const Record& record) {
  end_on_thread(record);  // what is closed already may have a slice there
  const auto found = spans_.find(record.span);
  if (found == spans_.end()) return;
  Span& span = found->second;
  if (span.entered == 0 || --span.entered > 0 || span.kind != Kind::kTask) return;
  const auto& at = record.parked_at;
  const std::string place =
      at.line == 0 ? std::string() : fmt::format("{}:{}:{}", at.file, at.line, at.column);
  const Field parked[] = {
      {"parked_at", place.empty() ? Value() : Value(place)},
      {"function", at.function.empty() ? Value() : Value(at.function)},
  };
  begin_slice(span, span.woken ? "scheduled" : "idle", parked);
}

void Tracks::close(const Record& record) {
  const auto found = spans_.find(record.span);
  if (found == spans_.end()) return;
  Span& span = found->second;
  if (span.track != 0) end_slice(span);
  if (span.kind == Kind::kTask && record.outcome) {
    writer_.instant(span.track, now_unix_ns_, subscriber::outcome_name(*record.outcome), {}, 0);
  }
  spans_.erase(found);
}

void Tracks::wake(const Record& record) {
  const auto found = spans_.find(record.task);
  if (found == spans_.end() || found->second.kind != Kind::kTask) return;
  Span& woken = found->second;
  ArrowId arrow = 0;
  if (Span* by = acting_task(record); by != nullptr && !woken.woken) {
    arrow = ++arrows_;
    writer_.instant(by->track, now_unix_ns_, fmt::format("wakes {}", woken.label), {}, arrow);
  }
  if (std::exchange(woken.woken, true)) return;
  woken.wake = arrow;
  if (woken.entered == 0) begin_slice(woken, "scheduled", {});
}

// What the program itself has to say, and loss. The runtime's own events tell what the
// slices show already.
void Tracks::event(const Record& record) {
  if (record.kind == RecordKind::kLost) {
    if (record.thread == 0) return;
    const Field lost[] = {{"events", Value(record.lost)}};
    writer_.instant(thread_of(record).track, now_unix_ns_, "lost", lost, 0);
    return;
  }
  if (record.target.starts_with("runtime::")) return;
  std::string_view name = text_of(record, "message");
  if (name.empty()) name = record.target;
  if (record.thread != 0) {
    writer_.instant(thread_of(record).track, now_unix_ns_, escaped(name), record.fields, 0);
  } else if (const Span* task = task_around(record.span)) {
    writer_.instant(task->track, now_unix_ns_, escaped(name), record.fields, 0);
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
  if (record.thread == 0 || span.kind == Kind::kResource || span.label.empty()) return;
  Thread& thread = thread_of(record);
  writer_.begin(thread.track, now_unix_ns_, span.label, {}, 0);
  thread.slices.push_back(record.span);
}

// Spans may be left in any order; slices end from the inside out.
void Tracks::end_on_thread(const Record& record) {
  if (record.thread == 0) return;
  Thread& thread = thread_of(record);
  const auto left = std::find(thread.slices.rbegin(), thread.slices.rend(), record.span);
  if (left == thread.slices.rend()) return;
  for (auto slice = thread.slices.rbegin(); slice <= left; ++slice) {
    writer_.end(thread.track, now_unix_ns_);
  }
  thread.slices.erase(std::prev(left.base()), thread.slices.end());
}

Tracks::Span* Tracks::task_around(SpanId id) {
  // A broken log may have a ring of parents; no real scope is so deep.
  for (int depth = 0; id != trace::kNoSpan && depth < 100; ++depth) {
    const auto found = spans_.find(id);
    if (found == spans_.end()) return nullptr;
    if (found->second.kind == Kind::kTask) return &found->second;
    id = found->second.parent;
  }
  return nullptr;
}

Tracks::Span* Tracks::acting_task(const Record& record) {
  if (const auto thread = threads_.find(record.thread);
      record.thread != 0 && thread != threads_.end()) {
    const auto& slices = thread->second.slices;
    for (auto slice = slices.rbegin(); slice != slices.rend(); ++slice) {
      const auto found = spans_.find(*slice);
      if (found != spans_.end() && found->second.kind == Kind::kTask) return &found->second;
    }
  }
  return task_around(record.span);
}

void Tracks::end_all() {
  for (auto& [id, span] : spans_) {
    if (span.track != 0) end_slice(span);
  }
  for (auto& [number, thread] : threads_) {
    for (std::size_t i = 0; i < thread.slices.size(); ++i) writer_.end(thread.track, now_unix_ns_);
  }
  spans_.clear();
  threads_.clear();
}

void Tracks::finish() {
  end_all();
  writer_.finish();
}

}  // namespace ari::replay
